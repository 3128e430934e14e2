import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { applicationOptions, configureApp } from '../../src/create-app.js';
import { Clock } from '../../src/platform/clock/index.js';
import { readSettings, Settings } from '../../src/platform/config/index.js';
import { Sweeps } from '../../src/platform/jobs/index.js';
import { TestClock } from './clock.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** The whole application in this process, over real HTTP, on a database of its own. */
export interface TestApp {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly database: TestDatabase;
  readonly clock: TestClock;
  get<T = Record<string, unknown>>(path: string, token?: string): Promise<Answer<T>>;
  post<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    token?: string,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  request<T = Record<string, unknown>>(method: string, path: string, options?: RequestOptions): Promise<Answer<T>>;
  /** Runs every sweep until none has anything to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

interface RequestOptions {
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

/** A provider of the application by its token, and what stands in its place. */
export type Override = readonly [token: symbol, value: object];

/** `settings` are environment variables, over the defaults of a test; `controllers` are routes of the test's own, `providers` what listens or works for it. */
export async function startTestApp(
  settings: Record<string, string> = {},
  overrides: readonly Override[] = [],
  controllers: Type[] = [],
  providers: Type[] = [],
): Promise<TestApp> {
  const database = await createTestDatabase();
  const clock = new TestClock();
  const builder = Test.createTestingModule({ imports: [AppModule], controllers, providers })
    .overrideProvider(Settings)
    .useValue(readSettings({ ...testSettings(database), ...settings }))
    .overrideProvider(Clock)
    .useValue(clock);
  for (const [token, value] of overrides) builder.overrideProvider(token).useValue(value);
  const module = await builder.compile();
  const app = module.createNestApplication<NestExpressApplication>({
    ...applicationOptions,
    // What a test has left open does not keep the file from ending.
    forceCloseConnections: true,
  });
  configureApp(app);
  await app.listen(app.get(Settings).PORT, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const request = requester(url);
  return {
    app,
    url,
    database,
    clock,
    request,
    get: (path, token) => request('GET', path, { token }),
    post: (path, body, token, headers) => request('POST', path, { body: body ?? {}, token, headers }),
    // By a statement with a name, which its connection plans once: planning it takes ten times as long as asking it.
    settle: () =>
      app.get(Sweeps).settle(async ({ text, values }) => {
        const { rows } = await database.superuser.query<{ found: boolean[] }>({ name: 'sweeps', text, values });
        return rows[0]!.found;
      }),
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** What a process under test is told by its environment. */
export function testSettings(database: TestDatabase): Record<string, string> {
  return {
    NODE_ENV: 'test',
    PORT: '0',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    DATABASE_URL: database.appUrl,
    RATE_LIMIT_PER_MINUTE: '1000000',
    SIGN_IN_LIMIT_PER_MINUTE: '1000000',
    VALIDATION_LIMIT_PER_MINUTE: '1000000',
  };
}

export function requester(url: string): TestApp['request'] {
  return async <T>(method: string, path: string, { body, token, headers }: RequestOptions = {}): Promise<Answer<T>> => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T };
  };
}
