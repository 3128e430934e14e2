import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import { Passwords } from '../../src/identity/sign-in/passwords.js';
import { Clock } from '../../src/platform/clock/index.js';
import type { Role } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import type { Answer, TestApp } from './app.js';
import type { TestDatabase } from './database.js';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

interface Registrar {
  readonly database: TestDatabase;
  post<T>(path: string, body: unknown): Promise<Answer<T>>;
  /** Of one in this process. */
  readonly app?: TestApp['app'];
}

export const PASSWORD = 'a long enough password';

/** Hashing is slow on purpose: once is enough for thousands of people. */
let passwordHash: Promise<string> | undefined;

let number = 0;

/** Somebody who has registered and, as STUDENT is all that registration gives, has been granted further roles. */
export async function person(at: Registrar, ...roles: Role[]): Promise<Person> {
  number += 1;
  const email = `person-${number}-${Math.random().toString(36).slice(2, 8)}@example.com`;
  const name = `Person ${number}`;
  if (at.app) return registered(at.app, at.database, { name, email, roles });
  const { body, status } = await at.post<{ user: { id: string }; accessToken: string }>('/auth/register', {
    ...{ name, email, password: PASSWORD },
  });
  if (status !== 201) throw new Error(`could not register: ${JSON.stringify(body)}`);
  if (roles.length > 0)
    await sql(at.database, 'UPDATE users SET roles = $2::role[] WHERE id = $1', [body.user.id, ['STUDENT', ...roles]]);
  return { id: body.user.id, email, token: body.accessToken };
}

/** As registration leaves them. */
async function registered(
  app: TestApp['app'],
  database: TestDatabase,
  { name, email, roles }: { name: string; email: string; roles: Role[] },
): Promise<Person> {
  const id = newId('user');
  passwordHash ??= app.get(Passwords).hash(PASSWORD);
  await sql(
    database,
    `INSERT INTO users (id, name, email, password_hash, roles, created_at, updated_at) VALUES ($1, $2, $3, $4, $5::role[], $6, $6)`,
    [id, name, email, await passwordHash, ['STUDENT', ...roles], app.get(Clock).now()],
  );
  return { id, email, token: await app.get(AccessTokens).sign(id) };
}

/** Looks into the database with every right, as only a test may. */
export async function sql<Row extends object = Record<string, unknown>>(
  database: TestDatabase,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await database.superuser.query<Row>(text, values)).rows;
}
