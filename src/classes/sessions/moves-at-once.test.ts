import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  eventsAbout,
  openBranch,
  overhear,
  rowOf,
  sessionAt,
  type TestBranch,
} from '../../../test/support/class-sessions.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { openSchool, type School } from '../../../test/support/school.js';
import { ClassSessionStatus } from '../../platform/database/index.js';

/* Moves of one session at the same time: who is first; and those that time makes by itself. */

const statuses = Object.values(ClassSessionStatus);

let school: School;
let branch: TestBranch;
let published: object[];

beforeAll(async () => {
  // Sweeps run only when a test says so.
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  branch = await openBranch(school);
  published = overhear(school, (event) => event);
}, 120_000);
beforeEach(() => {
  published.length = 0;
});
keepBooks(() => school);
afterAll(() => school.close());

const events = (about?: string[]) => eventsAbout(published, about);

describe('at the same time', () => {
  it('many start one session: one does, the rest are told what they met', async () => {
    const id = await sessionAt(school, branch, { status: 'CHECKING_IN' });
    const by = [branch.staff, school.admin];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => school.post('/sessions/start', { sessionId: id }, by[index % 2]!.token)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 400).map(({ body }) => body.detail);
    expect(refused).toEqual(Array(9).fill('Invalid status transition: CONDUCTING → CONDUCTING'));
    expect(events()).toEqual([['SessionStarted', { sessionId: id }]]);
  });

  it('one starts and one cancels, 20 times: exactly one of them does', async () => {
    for (let round = 0; round < 20; round += 1) {
      published.length = 0;
      const id = await sessionAt(school, branch, { status: 'CHECKING_IN' });
      const [started, canceled] = await Promise.all([
        school.post('/sessions/start', { sessionId: id }, branch.staff.token),
        school.post('/sessions/cancel', { sessionId: id }, school.admin.token),
      ]);
      const { status } = await rowOf(school, id);
      const isStarted = status === 'CONDUCTING';
      expect([started.status, canceled.status, status]).toEqual(
        isStarted ? [200, 400, 'CONDUCTING'] : [400, 200, 'CANCELED'],
      );
      const refused = isStarted ? canceled : started;
      expect(refused.body.detail).toBe(
        `Invalid status transition: ${isStarted ? 'CONDUCTING → CANCELED' : 'CANCELED → CONDUCTING'}`,
      );
      expect(published).toHaveLength(1);
    }
  });

  it('one cancels while another opens check-in, 20 times: it ends canceled, and check-in opened before that or not at all', async () => {
    for (let round = 0; round < 20; round += 1) {
      published.length = 0;
      const id = await sessionAt(school, branch);
      const [opened, canceled] = await Promise.all([
        school.post('/sessions/check-in', { sessionId: id }, branch.staff.token),
        school.post('/sessions/cancel', { sessionId: id }, school.admin.token),
      ]);
      expect(canceled.status).toBe(200);
      expect(await rowOf(school, id)).toMatchObject({ status: 'CANCELED' });
      if (opened.status !== 200) expect(opened.body.detail).toBe('Invalid status transition: CANCELED → CHECKING_IN');
      expect(published.map(({ constructor }) => constructor.name)).toEqual(
        opened.status === 200 ? ['CheckInOpened', 'SessionCanceled'] : ['SessionCanceled'],
      );
    }
  });

  it('a person finishes what a job finishes: it is told once', async () => {
    const id = await sessionAt(school, branch, { status: 'CONDUCTING', startsIn: -200 });
    await Promise.all([
      school.settle(),
      school.post(`/sessions/${id}/finish`, {}, branch.staff.token),
      school.settle(),
    ]);
    expect(await rowOf(school, id)).toMatchObject({ status: 'FINISHED' });
    expect(events([id])).toEqual([['SessionFinished', { sessionId: id }]]);
  });
});

it('time: missed at its end unless started, finished an hour after it, and nothing else is touched', async () => {
  const at = (status: ClassSessionStatus) => sessionAt(school, branch, { status, startsIn: 10 });
  const ids = await Promise.all(statuses.map(at));
  const now = async () =>
    Object.fromEntries(
      await Promise.all(statuses.map(async (was, index) => [was, (await rowOf(school, ids[index]!)).status] as const)),
    ) as Record<string, unknown>;
  const unmoved = Object.fromEntries(statuses.map((status) => [status, status]));
  school.clock.advance(69 * 60);
  await school.settle();
  expect(await now()).toEqual(unmoved);
  expect(events(ids)).toEqual([]);

  school.clock.advance(2 * 60);
  await school.settle();
  const missed = { SCHEDULED: 'MISSED', CHECKING_IN: 'MISSED' };
  expect(await now()).toEqual({ ...unmoved, ...missed });
  expect(events(ids).map(([name]) => name)).toEqual(['SessionMissed', 'SessionMissed']);

  school.clock.advance(57 * 60);
  await school.settle();
  expect(await now()).toEqual({ ...unmoved, ...missed });
  school.clock.advance(2 * 60);
  await school.settle();
  expect(await now()).toEqual({ ...unmoved, ...missed, CONDUCTING: 'FINISHED' });
  expect(events(ids).at(-1)).toEqual(['SessionFinished', { sessionId: ids[statuses.indexOf('CONDUCTING')] }]);
});
