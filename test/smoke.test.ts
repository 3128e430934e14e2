import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ LOG_LEVEL: 'error' });
});
afterAll(() => app.close());

it('is ready', async () => {
  const answer = await app.get('/health/ready');
  expect(answer.body).toEqual({ status: 'ok' });
  const list = await app.get('/courses/public');
  expect(list.body).toEqual({ data: [], pagination: { page: 1, limit: 20, total: 0, pages: 0 } });
});
