import { Prisma } from '../../platform/database/index.js';

/** What must hold between a place in a course and what has been learnt there. */
export const learningRules = {
  'a completed place has all progress and a certificate': Prisma.sql`
    SELECT e.id AS subject, format('progress %s, certificate %s', e.progress, coalesce(c.serial, 'missing')) AS detail
    FROM enrollments e LEFT JOIN certificates c ON c.enrollment_id = e.id
    WHERE e.status = 'COMPLETED' AND (e.progress <> 100 OR e.completed_at IS NULL OR c.serial IS NULL)`,
  'a certificate is of the student and the course of its place': Prisma.sql`
    SELECT c.serial AS subject, format('place %s is of user %s in course %s', e.id, e.user_id, e.course_id) AS detail
    FROM certificates c JOIN enrollments e ON e.id = c.enrollment_id
    WHERE (c.user_id, c.course_id) <> (e.user_id, e.course_id) OR e.completed_at IS NULL`,
  // One that was removed is in no course any more.
  'what is completed belongs to the course': Prisma.sql`
    SELECT e.id AS subject, format('lecture %s is of course %s', l.id, m.course_id) AS detail
    FROM lecture_completions d JOIN enrollments e ON e.id = d.enrollment_id
      JOIN lectures l ON l.id = d.lecture_id JOIN course_modules m ON m.id = l.module_id
    WHERE m.course_id <> e.course_id`,
} satisfies Record<string, Prisma.Sql>;
