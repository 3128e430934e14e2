import { Prisma } from '../platform/database/index.js';

/** What must hold of price lists and quizzes and no constraint of one table can say. */
export const courseRules = {
  'a course has one price per currency, its default price among them': Prisma.sql`
    SELECT c.id AS subject, format('%s costs %s by default and %s by the list', p.currency, c.price, p.amount) AS detail
    FROM course_prices p JOIN courses c ON c.id = p.course_id AND c.currency = p.currency`,
  'a free course has no price': Prisma.sql`
    SELECT c.id AS subject, format('costs %s %s', p.amount, p.currency) AS detail
    FROM course_prices p JOIN courses c ON c.id = p.course_id WHERE NOT c.is_premium`,
  'a published quiz has a question': Prisma.sql`
    SELECT l.id AS subject, format('course %s is published', c.id) AS detail
    FROM lectures l JOIN course_modules m ON m.id = l.module_id JOIN courses c ON c.id = m.course_id
    WHERE l.kind = 'QUIZ' AND c.status = 'PUBLISHED' AND NOT EXISTS (SELECT 1 FROM quiz_questions q WHERE q.lecture_id = l.id)`,
} satisfies Record<string, Prisma.Sql>;
