import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { CourseDesk, type Problem } from '../../../test/support/course-desk.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus } from '../../../test/support/school.js';
import type { CourseTermsDto } from './terms.dto.js';

let app: TestApp;
let admin: Person;
let instructor: Person;
let desk: CourseDesk;
beforeAll(async () => {
  app = await startTestApp();
  [admin, instructor] = await Promise.all([person(app, 'ADMIN'), person(app, 'INSTRUCTOR')]);
  desk = new CourseDesk(app, instructor);
});
afterAll(() => app.close());

const usual = { shareBasisPoints: 7000, keepAccessOnRefund: false, completionTokens: null };
const agreed = { shareBasisPoints: 6000, keepAccessOnRefund: true, completionTokens: 250 };
const read = (id: string, who = instructor) => desk.send<CourseTermsDto>('GET', `${id}/terms`, undefined, who);

it('an admin sets the share, audited; its instructor reads it', async () => {
  const { id } = await desk.created();
  expect(expectStatus(200, await read(id))).toEqual(usual);
  expect(expectStatus(200, await desk.send('PUT', `${id}/terms`, agreed, admin))).toEqual(agreed);
  expect(expectStatus(200, await read(id))).toEqual(agreed);
  const audited = await sql(
    app.database,
    `SELECT actor_id, action, before, after FROM audit_records WHERE object_id = '${id}'`,
  );
  expect(audited).toEqual([
    {
      actor_id: admin.id,
      action: 'course.terms',
      before: usual,
      after: agreed,
    },
  ]);
});

it.each([
  ['more than all of it', { ...agreed, shareBasisPoints: 10_001 }],
  ['less than nothing', { ...agreed, shareBasisPoints: -1 }],
  ['a part of a basis point', { ...agreed, shareBasisPoints: 70.5 }],
  ['half of the terms', { shareBasisPoints: 6000 }],
  ['fewer tokens than none', { ...agreed, completionTokens: -1 }],
  ['too many tokens', { ...agreed, completionTokens: 1_000_001 }],
  ['a part of a token', { ...agreed, completionTokens: 0.5 }],
])('%s is refused, and changes nothing', async (_, terms) => {
  const { id } = await desk.created();
  expect((await desk.send<Problem>('PUT', `${id}/terms`, terms, admin)).status).toBe(400);
  expect(expectStatus(200, await read(id))).toEqual(usual);
});

it('tokens that are left out stay as they are; null is what is usual', async () => {
  const { id } = await desk.created();
  const put = (terms: Partial<CourseTermsDto>) => desk.send<CourseTermsDto>('PUT', `${id}/terms`, terms, admin);
  const { completionTokens: _, ...rest } = agreed;
  for (const [said, stands] of [
    [{}, null],
    [{ completionTokens: 0 }, 0],
    [{}, 0],
    [{ completionTokens: 1_000_000 }, 1_000_000],
    [{ completionTokens: null }, null],
  ] as const)
    expect(expectStatus(200, await put({ ...rest, ...said }))).toEqual({ ...rest, completionTokens: stands });
});

it('an instructor does not set their own share, and sees nobody else’s', async () => {
  const { id } = await desk.created();
  expect((await desk.send('PUT', `${id}/terms`, agreed)).status).toBe(403);
  expect((await read(id, await person(app, 'INSTRUCTOR'))).status).toBe(404);
  expect((await read(id, await person(app))).status).toBe(403);
  expect(expectStatus(200, await read(id)).shareBasisPoints).toBe(7000);
});

it('an archived course keeps its terms', async () => {
  const { id } = await desk.created();
  expectStatus(200, await desk.send('POST', `${id}/archive`));
  expect((await desk.send<Problem>('PUT', `${id}/terms`, agreed, admin)).body.code).toBe('COURSE_ARCHIVED');
});
