import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import type { Role } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import type { TestApp } from './app.js';
import { type Person, sql } from './people.js';

/** So many people with a place: made in two statements, where registering would take minutes. */
export async function enrolledMany(
  app: TestApp,
  courseId: string,
  count: number,
  role: Role = 'STUDENT',
): Promise<Person[]> {
  const ids = Array.from({ length: count }, () => newId('user'));
  await sql(
    app.database,
    `INSERT INTO users (id, email, name, roles, created_at, updated_at)
     SELECT id, id || '@example.com', 'One of many', $2::role[], now(), now() FROM unnest($1::text[]) AS id`,
    [ids, [role]],
  );
  await sql(
    app.database,
    `INSERT INTO enrollments (id, user_id, course_id, type, payment_status, currency, created_at, updated_at)
     SELECT 'enr_' || id || $2, id, $2, 'FREE', 'FREE', 'USD', now(), now() FROM unnest($1::text[]) AS id`,
    [ids, courseId],
  );
  await sql(
    app.database,
    `INSERT INTO access_grants (id, user_id, course_id, source, source_id, created_at)
     SELECT 'agr_' || e.id, e.user_id, e.course_id, 'ENROLLMENT', e.id, now() FROM enrollments e WHERE user_id = ANY ($1)`,
    [ids],
  );
  const tokens = app.app.get(AccessTokens);
  return Promise.all(ids.map(async (id) => ({ id, email: `${id}@example.com`, token: await tokens.sign(id) })));
}
