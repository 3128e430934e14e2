import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    RATE_LIMIT_PER_MINUTE: '5',
    SIGN_IN_LIMIT_PER_MINUTE: '2',
    VALIDATION_LIMIT_PER_MINUTE: '3',
  });
});
afterAll(() => app.close());

const many = (count: number, ask: () => Promise<{ status: number; headers: Headers; body: object }>) =>
  Promise.all(Array.from({ length: count }, ask));
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).toSorted();

it('more requests a minute than allowed are answered 429 and told when to come back', async () => {
  const answers = await many(8, () => app.get('/courses/public'));
  expect(statuses(answers)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  for (const { status, headers, body } of answers.filter((answer) => answer.status === 429)) {
    expect(status).toBe(429);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(body).toMatchObject({
      status: 429,
      code: 'TOO_MANY_REQUESTS',
      title: 'Too many requests',
      requestId: headers.get('x-request-id'),
    });
  }
});

it.each([
  ['signing in', '/auth/login', { email: 'nobody@example.com', password: 'a wrong password' }, 401],
  ['registering', '/auth/register', {}, 400],
])('%s is allowed less often', async (_, path, body, status) => {
  const answers = await many(4, () => app.post(path, body));
  expect(statuses(answers)).toEqual([status, status, 429, 429]);
  const [refused] = answers.filter(({ status }) => status === 429);
  expect(Number(refused!.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('validating licences has a limit of its own', async () => {
  const answers = await many(4, () => app.get('/enterprise/licenses/validate?key=guessed'));
  expect(statuses(answers)).toEqual([200, 200, 200, 429]);
  expect(answers.find(({ status }) => status === 429)!.body).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
});

it('another header does not make another address while no proxy is trusted', async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      app.request('GET', '/auth/me', { headers: { 'x-forwarded-for': `203.0.113.${index}` } }),
    ),
  );
  expect(statuses(answers)).toEqual([401, 401, 401, 401, 401, 429]);
});

it('webhooks and health are never refused', async () => {
  expect(new Set(statuses(await many(12, () => app.get('/health/live'))))).toEqual(new Set([200]));
  expect(new Set(statuses(await many(12, () => app.post('/webhooks/stripe', {}))))).toEqual(new Set([400]));
});
