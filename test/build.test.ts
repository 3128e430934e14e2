import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { completeSomebody } from './support/complete-somebody.js';
import { freePort } from './support/ports.js';
import { eventually, startProcess, type TestProcess } from './support/process.js';
import { openSchool, type School } from './support/school.js';

/* What is built into a few files (scripts/bundle.mjs) is what the sources are, and finds what it loads by its place. */

let school: School;
let built: TestProcess;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  built = await startProcess(school.database, await freePort(), { ...school.settings, ROLE: 'all' });
}, 60_000);
afterAll(async () => {
  await built.kill();
  await school.close();
});

it('it offers the same API, told in the same words', async () => {
  const [ofSources, ofBuild] = [await school.get('/docs-json'), await built.get('/docs-json')];
  expect(ofBuild.status).toBe(200);
  expect(ofBuild.body).toEqual({ ...ofSources.body, servers: ofBuild.body.servers });
});

it('it writes letters out of their templates, and certificates with their fonts', async () => {
  const { id } = await school.course({ price: 2000 });
  const { stripeId } = await school.begin(id, school.student);
  school.sandbox.stripe.pay(stripeId);
  const subjects = async () =>
    school.mail
      .messages()
      .filter(({ to }) => to.includes(school.student.email))
      .map(({ subject }) => subject);
  const told = await eventually(subjects, ({ length }) => length > 0);
  expect(told).toEqual(['Your receipt: Swahili for beginners']);
  await completeSomebody(school);
  const page = await fetch(`${built.url}/api/certificates/BUR-0000-0000-0000-0`, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('Somebody else');
  const [{ id: place } = { id: '' }] = await school.sql<{ id: string }>('SELECT id FROM enrollments');
  const pdf = await fetch(`${built.url}/api/enrollments/${place}/certificate`, {
    headers: { accept: 'application/pdf', authorization: `Bearer ${school.student.token}` },
  });
  expect((await pdf.text()).slice(0, 5)).toBe('%PDF-');
});
