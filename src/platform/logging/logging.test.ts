// @own-process: the logger is one for the life of a process.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Answer } from '../../../test/support/app.js';
import { person, type Person } from '../../../test/support/people.js';
import { openSchool, type School } from '../../../test/support/school.js';

interface Line {
  level: number;
  msg: string;
  req?: { id: string; method: string; path: string };
  res?: { statusCode: number };
  requestId?: string;
}

let written = '';
let school: School;
let someone: Person;
beforeAll(async () => {
  // Before the logger looks for its way out.
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  school = await openSchool({ LOG_LEVEL: 'trace' });
  someone = await person(school);
});
beforeEach(() => {
  written = '';
});
afterAll(async () => {
  await school.close();
  jest.restoreAllMocks();
});

const PASSWORD = 'hunter2 and a little more';
const EMAIL = 'private.person@example.com';
const lines = (): Line[] =>
  written
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

/** The line that a request left. It is written after the answer. */
async function lineOf({ headers }: Answer<unknown>): Promise<Line> {
  const id = headers.get('x-request-id');
  for (let turn = 0; turn < 100; turn += 1) {
    const line = lines().find((one) => one.req?.id === id);
    if (line) return line;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no line of request ${id}`);
}

describe('a request leaves one line', () => {
  it('with its id, method, path and status, and nothing else of it', async () => {
    const answer = await school.get('/courses/public?keyword=confidential', someone.token);
    const line = await lineOf(answer);
    expect(line).toMatchObject({ level: 30, res: { statusCode: 200 } });
    expect(line.req).toEqual({ id: answer.headers.get('x-request-id'), method: 'GET', path: '/api/courses/public' });
    expect(lines().filter(({ req }) => req?.id === line.req?.id)).toHaveLength(1);
    expect(written).not.toContain('confidential');
  });

  it('without the secret part of an address', async () => {
    const token = '0123456789abcdef'.repeat(3);
    const line = await lineOf(await school.post(`/webhooks/daraja/${token}`));
    expect(line.req?.path).toBe('/api/webhooks/daraja/[redacted]');
    expect(written).not.toContain(token);
  });

  it('also when its body cannot be read', async () => {
    const response = await fetch(`${school.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"email":"${EMAIL}","password":"${PASSWORD}"`,
    });
    expect(response.status).toBe(400);
    expect(lines().map(({ requestId }) => requestId)).toContain(response.headers.get('x-request-id'));
    expect(written).not.toMatch(/hunter2|private\.person/);
  });

  it('but not when it only asks whether we live', async () => {
    await school.get('/health/ready');
    await lineOf(await school.get('/courses/public'));
    expect(written).not.toContain('/api/health');
  });
});

describe('the log never holds', () => {
  it('a password, an e-mail address or a token, whatever becomes of the sign-in', async () => {
    const details = { name: 'Private', email: EMAIL, password: PASSWORD };
    const registered = await school.post<Record<string, string>>('/auth/register', details);
    expect(registered.status).toBe(201);
    const { accessToken, refreshToken } = registered.body;
    const answers = [
      registered,
      await school.post('/auth/register', details),
      await school.post('/auth/register', { ...details, password: 'x' }),
      await school.post('/auth/login', { email: EMAIL, password: PASSWORD }),
      await school.post('/auth/login', { email: EMAIL, password: `${PASSWORD}, wrong` }),
      await school.post('/auth/refresh', { refreshToken }),
      await school.post('/auth/refresh', { refreshToken }),
      await school.get('/auth/me', accessToken),
      await school.get('/auth/me', `${accessToken}x`),
      await school.get(`/users?keyword=${EMAIL}&access_token=${accessToken}`, school.admin.token),
    ];
    for (const answer of answers) await lineOf(answer);
    expect(written).not.toMatch(/hunter2|private\.person|\$argon2/);
    expect(written).not.toContain(accessToken);
    expect(written).not.toContain(refreshToken);
    expect(written).not.toContain(accessToken!.split('.')[2]);
  });

  it('a signature, a key or a cookie that came in a header', async () => {
    const { id: courseId } = await school.course();
    const headers = {
      'idempotency-key': 'key-in-confidence',
      cookie: 'session=crumbs',
      'stripe-signature': 't=1,v1=feed',
    };
    await lineOf(await school.post('/payments/sessions', { courseId }, someone.token, headers));
    await lineOf(await school.post('/webhooks/stripe', { id: 'evt_x' }, undefined, headers));
    expect(written).not.toMatch(/key-in-confidence|crumbs|v1=feed/);
    expect(written).not.toContain(someone.token);
  });

  it("our own provider's key, or the buyer, in a whole purchase", async () => {
    const buyer = await person(school);
    const { stripeId } = await school.begin((await school.course()).id, buyer);
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    await lineOf(await school.get('/auth/me', buyer.token));
    expect(written).not.toMatch(/sk_test|whsec_/);
    expect(written).not.toContain(buyer.email);
  });

  it('the row that PostgreSQL shows when a rule of the table is broken', async () => {
    await school.sql(`ALTER TABLE users ADD CONSTRAINT not_mallory CHECK (name <> 'Mallory')`);
    const answer = await school.post('/auth/register', {
      name: 'Mallory',
      email: EMAIL.replace('p', 'q'),
      password: PASSWORD,
    });
    await school.sql('ALTER TABLE users DROP CONSTRAINT not_mallory');
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
    await lineOf(answer);
    const failure = lines().find(({ requestId }) => requestId === answer.headers.get('x-request-id'));
    expect(failure).toMatchObject({ level: 50, msg: 'request failed' });
    expect(JSON.stringify(failure)).toContain('not_mallory');
    expect(written).not.toMatch(/qrivate\.person|\$argon2|hunter2/);
  });
});
