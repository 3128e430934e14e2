import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  eventsAbout,
  openBranch,
  overhear,
  rowOf,
  sessionAt,
  type TestBranch,
} from '../../../test/support/class-sessions.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { person, type Person } from '../../../test/support/people.js';
import { openSchool, type School } from '../../../test/support/school.js';
import { ClassSessionStatus } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { MoveSession } from './move-session.js';
import { findTransition, type Mover, sessionTransitions } from './session-states.js';

/* Every cell of the table of transitions, for people and for time itself; who may move which session; and who is first. */

const statuses = Object.values(ClassSessionStatus);
const cells = statuses.flatMap((from) => statuses.map((to) => [from, to] as const));

let school: School;
let branch: TestBranch;
let foreign: TestBranch;
let published: object[];

beforeAll(async () => {
  // Sweeps run only when a test says so.
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  [branch, foreign] = await Promise.all([openBranch(school), openBranch(school)]);
  published = overhear(school, (event) => event);
}, 120_000);
beforeEach(() => {
  published.length = 0;
});
keepBooks(() => school);
afterAll(() => school.close());

const patch = (id: string, status: string, by: Person, more: object = {}) =>
  school.request('PATCH', `/sessions/${id}/status`, { body: { status, ...more }, token: by.token });
const inDays = (days: number) => new Date(school.clock.now().getTime() + days * 86_400_000).toISOString();
const events = (about?: string[]) => eventsAbout(published, about);
const told = (sessionId: string, from: ClassSessionStatus, to: ClassSessionStatus, mover: Mover) => {
  const event = findTransition(from, to, mover)!.announces(sessionId, null);
  return [[event.constructor.name, { ...event }]];
};

it('the table says nothing else than this', () => {
  expect(sessionTransitions.map(({ from, to, who }) => `${from} → ${to}: ${who.join(', ')}`)).toEqual([
    'SCHEDULED → CHECKING_IN: staff, admin',
    'CHECKING_IN → CONDUCTING: staff, admin',
    'CONDUCTING → FINISHED: staff, admin',
    'CONDUCTING → FINISHED: job',
    'SCHEDULED → CANCELED: staff, admin',
    'CHECKING_IN → CANCELED: staff, admin',
    'SCHEDULED → MISSED: job',
    'CHECKING_IN → MISSED: job',
    'CANCELED → SCHEDULED: staff, admin',
  ]);
});

describe.each(['staff', 'admin'] as const)('%s', (mover) => {
  const by = () => (mover === 'admin' ? school.admin : branch.staff);

  it.each(cells)('%s → %s', async (from, to) => {
    const id = await sessionAt(school, branch, { status: from });
    const before = await rowOf(school, id);
    const transition = findTransition(from, to, mover);
    const answer = transition?.atNewTime
      ? await school.post(`/sessions/${id}/schedule`, { startTime: inDays(9), endTime: inDays(9.05) }, by().token)
      : await patch(id, to, by());
    if (transition) {
      expect(answer).toMatchObject({ status: 200, body: { success: true, session: { id, status: to } } });
      expect(await rowOf(school, id)).toMatchObject({ status: to, cancel_reason: null });
      expect(events()).toEqual(told(id, from, to, mover));
    } else {
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'INVALID_TRANSITION', detail: `Invalid status transition: ${from} → ${to}` },
      });
      expect(await rowOf(school, id)).toEqual(before);
      expect(published).toEqual([]);
    }
  });
});

it.each(cells)('a job, long after the end: %s → %s', async (from, to) => {
  const id = await sessionAt(school, branch, { status: from, startsIn: -180 });
  const move = school.app.get(MoveSession).execute(id, to, 'system');
  if (findTransition(from, to, 'job')) {
    await move;
    expect(await rowOf(school, id)).toMatchObject({ status: to });
    expect(events()).toEqual(told(id, from, to, 'job'));
  } else {
    await expect(move).rejects.toThrow(`Invalid status transition: ${from} → ${to}`);
    expect(await rowOf(school, id)).toMatchObject({ status: from });
    expect(published).toEqual([]);
  }
});

describe('the operations named after a move', () => {
  it('lead a session through its life', async () => {
    const id = await sessionAt(school, branch);
    const { token } = branch.staff;
    const life = [
      await school.post('/sessions/check-in', { sessionId: id }, token),
      await school.post('/sessions/start', { sessionId: id }, token),
      await school.post(`/sessions/${id}/finish`, {}, token),
    ];
    expect(life.map(({ status, body }) => [status, body.success, (body.session as { status: string }).status])).toEqual(
      [
        [200, true, 'CHECKING_IN'],
        [200, true, 'CONDUCTING'],
        [200, true, 'FINISHED'],
      ],
    );
    expect(events()).toEqual([
      ['CheckInOpened', { sessionId: id }],
      ['SessionStarted', { sessionId: id }],
      ['SessionFinished', { sessionId: id }],
    ]);
  });

  it('a cancellation keeps its reason, and a new time forgets it', async () => {
    const id = await sessionAt(school, branch);
    const { token } = branch.staff;
    expect(await school.post('/sessions/cancel', { sessionId: id, reason: ' Burst pipe ' }, token)).toMatchObject({
      status: 200,
      body: { session: { status: 'CANCELED', cancelReason: 'Burst pipe' } },
    });
    const [startTime, endTime] = [inDays(5), inDays(5.05)];
    expect(await school.post(`/sessions/${id}/schedule`, { startTime, endTime }, token)).toMatchObject({
      status: 200,
      body: { session: { status: 'SCHEDULED', cancelReason: null, startTime, endTime } },
    });
    const cancelUntil = new Date(new Date(startTime).getTime() - 2 * 3600_000);
    expect(await rowOf(school, id)).toMatchObject({ cancel_until: cancelUntil, detached: true });
    expect(events()).toEqual([
      ['SessionCanceled', { sessionId: id, reason: 'Burst pipe' }],
      ['SessionRescheduled', { sessionId: id }],
    ]);
  });

  it('a canceled one is not taken up again without a time, nor in the past, nor backwards', async () => {
    const id = await sessionAt(school, branch, { status: 'CANCELED' });
    const before = await rowOf(school, id);
    const schedule = (startTime: string, endTime: string) =>
      school.post(`/sessions/${id}/schedule`, { startTime, endTime }, branch.staff.token);
    expect(await patch(id, 'SCHEDULED', branch.staff)).toMatchObject({
      status: 400,
      body: { code: 'SESSION_TIME_NEEDED' },
    });
    expect(await schedule(inDays(-1), inDays(1))).toMatchObject({ status: 400, body: { code: 'START_IN_PAST' } });
    const tomorrow = inDays(1);
    expect(await schedule(tomorrow, tomorrow)).toMatchObject({ status: 400, body: { code: 'SESSION_LENGTH' } });
    expect(await schedule(inDays(1), inDays(2.1))).toMatchObject({ status: 400, body: { code: 'SESSION_LENGTH' } });
    expect(await schedule('2030-01-01T10:00:00', '2030-01-01T11:00:00')).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/startTime' }, { pointer: '#/endTime' }] },
    });
    expect(await rowOf(school, id)).toEqual(before);
  });

  it('check-in opens an hour before the start and not earlier; nothing begins after the end', async () => {
    const [early, late, waiting] = await Promise.all([
      sessionAt(school, branch, { startsIn: 61 }),
      sessionAt(school, branch, { startsIn: -90 }),
      sessionAt(school, branch, { startsIn: -90, status: 'CHECKING_IN' }),
    ]);
    const { start_time: start } = (await rowOf(school, early)) as { start_time: Date };
    const opens = new Date(start.getTime() - 3600_000).toISOString();
    const checkIn = (sessionId: string) => school.post('/sessions/check-in', { sessionId }, branch.staff.token);
    expect(await checkIn(early)).toMatchObject({
      status: 400,
      body: { code: 'SESSION_TOO_EARLY', detail: `Too early for SCHEDULED → CHECKING_IN: not before ${opens}` },
    });
    expect(await checkIn(late)).toMatchObject({ status: 400, body: { code: 'SESSION_OVER' } });
    expect(await school.post('/sessions/start', { sessionId: waiting }, branch.staff.token)).toMatchObject({
      status: 400,
      body: { code: 'SESSION_OVER' },
    });
    expect(published).toEqual([]);
    school.clock.advance(120);
    expect(await checkIn(early)).toMatchObject({ status: 200 });
  });

  it('is undone whole when somebody who listens in the transaction fails', async () => {
    const id = await sessionAt(school, branch);
    jest.spyOn(school.app.get(EventBus), 'publish').mockRejectedValueOnce(new Error('a listener failed'));
    expect(await school.post('/sessions/check-in', { sessionId: id }, branch.staff.token)).toMatchObject({
      status: 500,
    });
    expect(await rowOf(school, id)).toMatchObject({ status: 'SCHEDULED' });
  });
});

describe('who', () => {
  const operations = (id: string): [string, string, object | undefined][] => [
    ['POST', '/sessions/check-in', { sessionId: id }],
    ['POST', '/sessions/start', { sessionId: id }],
    ['POST', '/sessions/cancel', { sessionId: id }],
    ['POST', `/sessions/${id}/finish`, undefined],
    ['POST', `/sessions/${id}/schedule`, { startTime: inDays(1), endTime: inDays(1.05) }],
    ['PATCH', `/sessions/${id}/status`, { status: 'CANCELED' }],
    ['PUT', `/sessions/${id}`, { capacity: 11 }],
    ['DELETE', `/sessions/${id}`, undefined],
  ];

  it('students and instructors never manage one; staff of another branch do not find it', async () => {
    const id = await sessionAt(school, branch);
    const before = await rowOf(school, id);
    for (const [method, path, body] of operations(id)) {
      const as = async ({ token }: Person) => (await school.request(method, path, { body, token })).status;
      expect([path, await as(school.student), await as(school.instructor), await as(foreign.staff)]).toEqual([
        path,
        ...[403, 403, 404],
      ]);
    }
    expect(await rowOf(school, id)).toEqual(before);
    expect(published).toEqual([]);
  });

  it('who is taken off a branch is off it at once', async () => {
    const id = await sessionAt(school, branch);
    const gone = await person(school, 'STAFF');
    await school.sql('INSERT INTO branch_staff VALUES ($1, $2, now())', [branch.id, gone.id]);
    expect(await patch(id, 'CHECKING_IN', gone)).toMatchObject({ status: 200 });
    await school.sql('DELETE FROM branch_staff WHERE user_id = $1', [gone.id]);
    expect(await patch(id, 'CONDUCTING', gone)).toMatchObject({ status: 404 });
    expect(await rowOf(school, id)).toMatchObject({ status: 'CHECKING_IN' });
  });

  it('what is no session, no status or no field is refused', async () => {
    const id = await sessionAt(school, branch);
    const { staff } = branch;
    expect(await school.post('/sessions/check-in', { sessionId: 'ses_none' }, staff.token)).toMatchObject({
      status: 404,
    });
    expect(await school.post('/sessions/check-in', {}, staff.token)).toMatchObject({ status: 400 });
    expect(await school.post('/sessions/start', { sessionId: id, reason: 'x' }, staff.token)).toMatchObject({
      status: 400,
    });
    expect(await patch(id, 'POSTPONED', staff)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(await patch(id, 'CANCELED', staff, { reason: 'x'.repeat(501) })).toMatchObject({ status: 400 });
    expect(await rowOf(school, id)).toMatchObject({ status: 'SCHEDULED' });
  });
});
