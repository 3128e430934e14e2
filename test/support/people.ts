import type { Role } from '../../src/platform/database/index.js';
import type { Answer } from './app.js';
import type { TestDatabase } from './database.js';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

interface Registrar {
  readonly database: TestDatabase;
  post<T>(path: string, body: unknown): Promise<Answer<T>>;
}

let number = 0;

/** Somebody who has registered and, as STUDENT is all that registration gives, has been granted further roles. */
export async function person(at: Registrar, ...roles: Role[]): Promise<Person> {
  number += 1;
  const email = `person-${number}-${Math.random().toString(36).slice(2, 8)}@example.com`;
  const { body, status } = await at.post<{ user: { id: string }; accessToken: string }>('/auth/register', {
    name: `Person ${number}`,
    email,
    password: 'a long enough password',
  });
  if (status !== 201) throw new Error(`could not register: ${JSON.stringify(body)}`);
  if (roles.length > 0)
    await sql(at.database, 'UPDATE users SET roles = $2::role[] WHERE id = $1', [body.user.id, ['STUDENT', ...roles]]);
  return { id: body.user.id, email, token: body.accessToken };
}

/** Looks into the database with every right, as only a test may. */
export async function sql<Row extends object = Record<string, unknown>>(
  database: TestDatabase,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await database.superuser.query<Row>(text, values)).rows;
}
