import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClassDto } from '../src/classes/timetable/classes.dto.js';
import { EditFollowing, type FollowingChanges } from '../src/classes/timetable/edit-following.js';
import { GenerateSessions } from '../src/classes/timetable/generate-sessions.js';
import { keepBooks } from './support/keep-books.js';
import { sql } from './support/people.js';
import { openTimetableSchool, type SessionRow, type TimetableSchool } from './support/timetable.js';

/* What an edit of a class, of a branch, or of a session and all that follow it makes of sessions that are there already. */

let school: TimetableSchool;
beforeAll(async () => {
  school = await openTimetableSchool();
}, 120_000);
beforeEach(() => {
  school.published.length = 0;
});
keepBooks(() => school);
afterAll(() => school.close());

const weekly = { recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO', startsAt: '2027-03-01T17:00' };
const mondays = ['03-01', '03-08', '03-15', '03-22', '03-29', '04-05', '04-12', '04-19', '04-26'];
const at = (time: string, days = mondays) => days.map((day) => `2027-${day} ${time}`);
const open = async (changes: Record<string, unknown> = {}): Promise<[ClassDto, SessionRow[]]> => {
  const made = await school.class((await school.branch()).id, { ...weekly, ...changes });
  return [made, await school.sessions(made.id)];
};
const following = (session: SessionRow, changes: FollowingChanges) =>
  school.app.get(EditFollowing).execute(session.id, changes);
const told = () =>
  school.published.map((event) => [event.constructor.name, (event as { sessionId: string }).sessionId]);
const detach = (id: string) => sql(school.database, 'UPDATE class_sessions SET detached = true WHERE id = $1', [id]);

describe('new terms of a class', () => {
  it('are those of sessions in which no seat is taken; what was sold stays as it was sold', async () => {
    const [{ id }, [first, second, third, ...rest]] = await open();
    await school.sell(second!.id, 2);
    await detach(third!.id);
    const terms = { price: 3000, absenteePolicy: 'FLEXIBLE', noShowFee: 300, cancellationWindowMinutes: 60 };
    expect((await school.edit(id, terms)).keptSessions).toEqual([]);
    const changed = { price: 3000, absentee_policy: 'FLEXIBLE', no_show_fee: 300 };
    const [one, two, three, ...others] = await school.sessions(id);
    for (const [index, session] of [one!, ...others].entries()) {
      const start = Date.parse([first!, ...rest][index]!.start);
      expect(session).toMatchObject({ ...changed, cancel_until: new Date(start - 3600_000).toISOString() });
    }
    const before = { price: 2000, absentee_policy: 'STRICT', no_show_fee: 0 };
    expect(two).toMatchObject({ ...before, taken: 2, cancel_until: second!.cancel_until });
    expect(three).toMatchObject({ ...before, cancel_until: third!.cancel_until });
    expect(told()).toEqual([]);
  });

  it('are those of sessions that are yet to be made', async () => {
    const [{ id }] = await open();
    await school.edit(id, { price: 3000 });
    await school.moveTo('2027-03-15T12:00:00Z');
    await school.app.get(GenerateSessions).run();
    expect((await school.sessions(id)).map(({ price, status }) => [price, status]).slice(2)).toEqual(
      Array.from({ length: 9 }, () => [3000, 'SCHEDULED']),
    );
    await school.moveTo('2027-03-01T12:00:00Z');
  });

  it('reach all sessions where they are a teacher or a capacity, but never take a seat away', async () => {
    const [{ id }, [first, second, third]] = await open();
    await school.sell(first!.id, 4);
    await school.sell(second!.id, 2);
    await detach(third!.id);
    const teacherId = await school.teacher();
    await school.edit(id, { teacherId, capacity: 3 });
    const shown = (await school.sessions(id)).map((one) => [one.teacher_id === teacherId, one.capacity, one.taken]);
    expect(shown.slice(0, 4)).toEqual([
      [true, 4, 4],
      [true, 3, 2],
      [false, 10, 0],
      [true, 3, 0],
    ]);
    expect(told()).toEqual([]);
    await school.edit(id, { capacity: 5 });
    expect((await school.sessions(id)).map(({ capacity }) => capacity).slice(0, 4)).toEqual([5, 5, 10, 5]);
    expect(told().toSorted()).toEqual([first!, second!].map((one) => ['SessionCapacityChanged', one.id]).toSorted());
  });

  it('are none while the teacher is busy', async () => {
    const [{ id, branchId }, before] = await open();
    const other = await school.class(branchId, { ...weekly, startsAt: '2027-03-08T17:30' });
    const { status, body } = await school.send('PUT', `/classes/${id}`, { teacherId: other.teacherId, price: 1 });
    expect([status, body.code]).toEqual([409, 'TEACHER_BUSY']);
    expect(await school.sessions(id)).toEqual(before);
    expect((await school.send<ClassDto>('GET', `/classes/${id}`)).body).toMatchObject({ price: 2000 });
  });

  it('cannot be another branch', async () => {
    const [{ id, branchId }] = await open();
    const other = await school.branch();
    const moved = await school.send('PUT', `/classes/${id}`, { branchId: other.id });
    expect([moved.status, moved.body.code]).toEqual([400, 'CLASS_STAYS_AT_BRANCH']);
    expect(await school.edit(id, { branchId })).toMatchObject({ branchId });
  });
});

describe('a new timetable of a class', () => {
  it('is made of what nobody has booked; sessions with seats are kept and said', async () => {
    const [{ id }, [, second, third, fourth]] = await open();
    await school.sell(second!.id);
    await school.sell(third!.id, 1, 'CANCELLED');
    await detach(fourth!.id);
    const teacherId = await school.teacher();
    const edited = await school.edit(id, { recurrenceRule: 'FREQ=WEEKLY;BYDAY=TU', teacherId });
    expect(edited.keptSessions).toEqual([{ id: second!.id, startTime: second!.start, endTime: second!.end, taken: 1 }]);
    const tuesdays = ['03-02', '03-09', '03-16', '03-23', '03-30', '04-06', '04-13', '04-20', '04-27'];
    // A day further than eight weeks from noon is not yet the evening of 27 April in New York.
    const expected = [...at('17:00', tuesdays.slice(0, -1)), '2027-03-08 17:00', '2027-03-22 17:00'].toSorted();
    expect(await school.starts(id)).toEqual(expected);
    const rows = new Map((await school.sessions(id)).map((row) => [row.id, row]));
    expect(rows.get(second!.id)).toMatchObject({ detached: true, teacher_id: teacherId, taken: 1 });
    // Somebody once had a seat in it: it is not deleted.
    expect(rows.get(third!.id)).toMatchObject({
      status: 'CANCELED',
      cancel_reason: 'TIMETABLE_CHANGED',
      occurrence: null,
    });
    expect(rows.get(fourth!.id)).toMatchObject({ status: 'SCHEDULED', teacher_id: fourth!.teacher_id });
    // Back again: what was kept and what was left alone is there already.
    expect((await school.edit(id, { recurrenceRule: weekly.recurrenceRule })).keptSessions).toEqual([]);
    expect(await school.starts(id)).toEqual(at('17:00'));
  });

  it('does not put a second session where one is kept', async () => {
    const [{ id }, [, second]] = await open();
    await school.sell(second!.id);
    expect((await school.edit(id, { startsAt: '2027-03-01T17:30' })).keptSessions).toMatchObject([{ id: second!.id }]);
    expect(await school.starts(id)).toEqual(at('17:30').with(1, '2027-03-08 17:00'));
    await school.app.get(GenerateSessions).run();
    expect(await school.starts(id)).toHaveLength(9);
  });

  it('of another length is that of sessions in which no seat is taken', async () => {
    const [{ id }, [first, second]] = await open();
    await school.sell(second!.id);
    const edited = await school.edit(id, { durationMinutes: 90 });
    expect(edited.keptSessions).toEqual([{ id: second!.id, startTime: second!.start, endTime: second!.end, taken: 1 }]);
    const [one, two] = await school.sessions(id);
    expect([one!.id, one!.end, two!.end]).toEqual([first!.id, '2027-03-01T23:30:00.000Z', second!.end]);
    expect(two).toMatchObject({ detached: false });
  });

  it('begins, ends and begins anew', async () => {
    const made = await school.class((await school.branch()).id);
    await school.edit(made.id, weekly);
    expect(await school.starts(made.id)).toEqual(at('17:00'));
    expect(await school.edit(made.id, { recurrenceRule: null, startsAt: null })).toMatchObject({
      recurrenceRule: null,
    });
    expect(await school.sessions(made.id)).toEqual([]);
    await school.edit(made.id, { ...weekly, startsAt: '2027-04-12T17:00' });
    expect(await school.starts(made.id)).toEqual(at('17:00').slice(6));
  });

  it('does not bring back what was taken off the old one by hand', async () => {
    const [{ id }, [, second]] = await open();
    expect((await school.send('DELETE', `/sessions/${second!.id}`)).status).toBe(204);
    await school.edit(id, { recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO,TH' });
    const both = [
      ...mondays.filter((day) => day !== '03-08'),
      '03-04',
      '03-11',
      '03-18',
      '03-25',
      '04-01',
      '04-08',
      '04-15',
      '04-22',
    ];
    expect(await school.starts(id)).toEqual(at('17:00', both.toSorted()));
  });

  it('of the same rule changes nothing', async () => {
    const [made, before] = await open();
    const { teacher, createdAt, updatedAt, id, ...all } = made;
    expect(await school.edit(id, all)).toEqual({ ...made, keptSessions: [], updatedAt: expect.any(String) });
    expect(await school.sessions(id)).toEqual(before);
  });

  it('comes whole from two edits at once', async () => {
    const [{ id }] = await open();
    const rules = ['FREQ=WEEKLY;BYDAY=TU', 'FREQ=WEEKLY;BYDAY=WE', 'FREQ=WEEKLY;BYDAY=TH', 'FREQ=WEEKLY;BYDAY=FR'];
    await Promise.all(rules.map((recurrenceRule) => school.edit(id, { recurrenceRule })));
    const { body } = await school.send<ClassDto>('GET', `/classes/${id}`);
    const day = rules.indexOf(body.recurrenceRule!) + 2;
    const days = (await school.starts(id)).map((start) => new Date(`${start.replace(' ', 'T')}Z`).getUTCDay());
    expect([days.length, new Set(days)]).toEqual([8, new Set([day])]);
  });
});

describe('a session and all that follow it', () => {
  it('are held at another time: the rule is split there, and stays so', async () => {
    const [{ id }, [, , third, fourth, fifth, sixth]] = await open();
    await school.sell(fourth!.id);
    await detach(fifth!.id);
    await sql(school.database, `UPDATE class_sessions SET status = 'CANCELED' WHERE id = $1`, [sixth!.id]);
    // From 17:00 to 18:30 in New York, which has summer time by then.
    await following(third!, { startTime: new Date('2027-03-15T22:30:00Z') });
    const expected = [
      '03-01 17:00',
      '03-08 17:00',
      '03-15 18:30',
      '03-22 18:30',
      '03-29 17:00',
      '04-12 18:30',
      '04-19 18:30',
      '04-26 18:30',
    ];
    expect(await school.starts(id)).toEqual(expected.map((start) => `2027-${start}`));
    const { body } = await school.send<ClassDto>('GET', `/classes/${id}`);
    expect(body).toMatchObject({ recurrenceRule: weekly.recurrenceRule, startsAt: '2027-03-15T18:30' });
    const rows = new Map((await school.sessions(id)).map((row) => [row.id, row]));
    expect(rows.get(third!.id)).toMatchObject({
      end: '2027-03-15T23:30:00.000Z',
      cancel_until: '2027-03-15T20:30:00.000Z',
    });
    expect(told()).toEqual([['SessionRescheduled', fourth!.id]]);
    // The generator finds every occurrence of the moved rule: the one changed on its own and the canceled one, too.
    await school.moveTo('2027-03-08T12:00:00Z');
    await school.app.get(GenerateSessions).run();
    expect(await school.starts(id)).toEqual([...expected, '05-03 18:30'].map((start) => `2027-${start}`));
    await school.moveTo('2027-03-01T12:00:00Z');
    // A later edit of the timetable leaves what was before the split.
    await school.edit(id, { recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20270315' });
    expect((await school.starts(id)).slice(0, 3)).toEqual(['2027-03-01 17:00', '2027-03-08 17:00', '2027-03-15 18:30']);
  });

  it('are held on another day, one after the other and back to back', async () => {
    const daily = { recurrenceRule: 'FREQ=DAILY;COUNT=6', startsAt: '2027-03-01T17:00', durationMinutes: 1440 };
    const [{ id }, sessions] = await open(daily);
    const days = ['03-01', '03-02', '03-03', '03-04', '03-05', '03-06'];
    expect(sessions).toHaveLength(6);
    await following(sessions[2]!, { startTime: new Date('2027-03-04T22:00:00Z') });
    expect(await school.starts(id)).toEqual(at('17:00', ['03-01', '03-02', '03-04', '03-05', '03-06', '03-07']));
    const { body } = await school.send<ClassDto>('GET', `/classes/${id}`);
    expect(body).toMatchObject({ recurrenceRule: 'FREQ=DAILY;COUNT=4', startsAt: '2027-03-04T17:00' });
    const third = (await school.sessions(id))[2]!;
    expect(third).toMatchObject({ id: sessions[2]!.id, occurrence: '2027-03-04T17:00' });
    await following(third, { startTime: new Date('2027-03-03T22:00:00Z') });
    expect(await school.starts(id)).toEqual(at('17:00', days));
  });

  it('have another teacher, length and capacity, and so have those to come', async () => {
    const [{ id }, [first, second, third]] = await open();
    await school.sell(third!.id, 3);
    const teacherId = await school.teacher();
    await following(second!, { teacherId, durationMinutes: 30, capacity: 2 });
    const rows = await school.sessions(id);
    expect(rows[0]).toEqual(first);
    const minutes = ({ start, end }: SessionRow) => (Date.parse(end) - Date.parse(start)) / 60_000;
    for (const row of rows.slice(1)) {
      expect([row.teacher_id, minutes(row), row.capacity]).toEqual([teacherId, 30, row.id === third!.id ? 3 : 2]);
    }
    expect(told()).toEqual([['SessionRescheduled', third!.id]]);
    const { body } = await school.send<ClassDto>('GET', `/classes/${id}`);
    expect(body).toMatchObject({ teacherId, durationMinutes: 30, capacity: 2, ...weekly });
    // An edit of the class that is about something else leaves the first as it was.
    await school.edit(id, { name: 'Endgames' });
    expect((await school.sessions(id))[0]).toEqual(first);
  });

  it('move also from before an earlier split', async () => {
    const [{ id }, [, second, , , fifth]] = await open();
    await following(fifth!, { startTime: new Date('2027-03-29T22:00:00Z') });
    await following(second!, { startTime: new Date('2027-03-08T23:00:00Z') });
    expect(await school.starts(id)).toEqual([
      ...at('17:00').slice(0, 1),
      ...at('18:00').slice(1, 4),
      ...at('19:00').slice(4),
    ]);
    const { body } = await school.send<ClassDto>('GET', `/classes/${id}`);
    expect(body).toMatchObject({ startsAt: '2027-03-29T19:00' });
  });

  it.each<[string, Record<string, unknown>, number, FollowingChanges, string]>([
    ['into the past', {}, 0, { startTime: new Date('2027-03-01T11:00:00Z') }, 'START_IN_PAST'],
    [
      'to another day that the rule cannot say',
      { recurrenceRule: 'FREQ=MONTHLY;BYDAY=2MO' },
      0,
      { startTime: new Date('2027-03-09T22:00:00Z') },
      'SERIES_CANNOT_MOVE',
    ],
    [
      'onto those before',
      { recurrenceRule: 'FREQ=DAILY' },
      3,
      { startTime: new Date('2027-03-03T22:00:00Z') },
      'SERIES_CANNOT_MOVE',
    ],
    ['between minutes', {}, 1, { startTime: new Date('2027-03-08T22:00:30Z') }, 'VALIDATION_FAILED'],
    ['to nobody', {}, 1, { teacherId: 'usr_none' }, 'UNKNOWN_TEACHER'],
  ])('do not move %s', async (_, rule, which, changes, code) => {
    const [made, before] = await open(rule);
    await expect(following(before[which]!, changes)).rejects.toMatchObject({ problem: { code } });
    expect(await school.sessions(made.id)).toEqual(before);
    expect((await school.send<ClassDto>('GET', `/classes/${made.id}`)).body).toEqual(made);
  });

  it('are none of a session on its own, nor where the teacher is busy', async () => {
    const [{ id, teacherId, branchId }, [first, second]] = await open();
    await detach(first!.id);
    await expect(following(first!, { capacity: 1 })).rejects.toMatchObject({
      problem: { code: 'SESSION_NOT_OF_A_SERIES' },
    });
    await school.class(branchId, { teacherId, ...weekly, startsAt: '2027-03-29T19:00' });
    const before = await school.sessions(id);
    const late = following(second!, { startTime: new Date('2027-03-08T23:30:00Z') });
    await expect(late).rejects.toMatchObject({ problem: { code: 'TEACHER_BUSY' } });
    expect(await school.sessions(id)).toEqual(before);
  });

  it('may be changed by a person through the session', async () => {
    const [{ id }, [, second]] = await open();
    const changes = { scope: 'following', startTime: '2027-03-08T18:00:00-05:00' };
    expect((await school.send('PUT', `/sessions/${second!.id}`, changes)).status).toBe(200);
    expect(await school.starts(id)).toEqual(['2027-03-01 17:00', ...at('18:00').slice(1)]);
  });
});

describe('a branch', () => {
  it('in another zone and country has its sessions there at the same time of its clocks, but not those that are sold', async () => {
    const [{ id, branchId }, [, second]] = await open();
    await school.sell(second!.id);
    const moved = { timeZone: 'Europe/Berlin', country: 'DE', nightStart: '12:00', nightEnd: '16:00' };
    expect((await school.send('PUT', `/branches/${branchId}`, moved)).status).toBe(200);
    await school.settle();
    const rows = await school.sessions(id);
    const sold = rows.find((row) => row.id === second!.id)!;
    expect(sold).toMatchObject({
      start: second!.start,
      price: 2000,
      tax_country: 'US',
      cancel_until: second!.cancel_until,
    });
    const others = rows.filter((row) => row !== sold);
    expect(others.map(({ start }) => start.slice(5, 16))).toEqual([
      ...mondays.slice(0, 1).map((day) => `${day}T16:00`),
      ...mondays.slice(2, 4).map((day) => `${day}T16:00`),
      ...mondays.slice(4).map((day) => `${day}T15:00`),
    ]);
    // One hour before the start, and one before noon.
    expect(others[0]).toMatchObject({
      price: 2380,
      tax: 380,
      tax_country: 'DE',
      tax_rate: 190_000,
      cancel_until: '2027-03-01T10:00:00.000Z',
    });
  });

  it('is not closed while it has classes', async () => {
    const [{ id, branchId }] = await open();
    expect(await school.send('DELETE', `/branches/${branchId}`)).toMatchObject({
      status: 409,
      body: { code: 'BRANCH_IN_USE' },
    });
    expect((await school.send('GET', `/branches/${branchId}`)).status).toBe(200);
    expect((await school.send('DELETE', `/classes/${id}`)).status).toBe(204);
    expect((await school.send('DELETE', `/branches/${branchId}`)).status).toBe(204);
  });
});

it('a branch that is closed while classes are made at it has either none or is not closed', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { id: branchId } = await school.branch();
    const teachers = await Promise.all([1, 2, 3].map(() => school.teacher()));
    const usual = { name: 'Chess', subject: 'chess', price: 0, currency: 'USD', capacity: 1, durationMinutes: 60 };
    const [closed, ...made] = await Promise.all([
      school.send('DELETE', `/branches/${branchId}`),
      ...teachers.map((teacherId) => school.send('POST', '/classes', { ...usual, branchId, teacherId })),
    ]);
    for (const { status } of made) expect([201, 404]).toContain(status);
    expect(closed.status).toBe(made.some(({ status }) => status === 201) ? 409 : 204);
  }
});

describe('a class that is removed', () => {
  it.each(['CHECKING_IN', 'CONDUCTING'])('is not while a seat is taken in a session that is %s', async (status) => {
    const { id } = await school.class((await school.branch()).id, weekly);
    const [first] = await school.sessions(id);
    await school.sell(first!.id);
    await sql(school.database, 'UPDATE class_sessions SET status = $2::class_session_status WHERE id = $1', [
      first!.id,
      status,
    ]);
    const before = await school.sessions(id);
    expect(await school.send('DELETE', `/classes/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'CLASS_HAS_SEATS' },
    });
    expect(await school.sessions(id)).toEqual(before);
    expect((await school.send('GET', `/classes/${id}`)).status).toBe(200);
  });

  it('leaves the timetable with its sessions, unless a seat is taken', async () => {
    const [{ id }, before] = await open();
    await school.sell(before[1]!.id);
    await school.sell(before[2]!.id, 1, 'CANCELLED');
    const sold = await school.sessions(id);
    expect(await school.send('DELETE', `/classes/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'CLASS_HAS_SEATS' },
    });
    expect(await school.sessions(id)).toEqual(sold);
    await sql(school.database, `UPDATE seats SET status = 'CANCELLED' WHERE session_id = $1`, [before[1]!.id]);
    await sql(school.database, 'UPDATE class_sessions SET taken = 0 WHERE id = $1', [before[1]!.id]);
    expect((await school.send('DELETE', `/classes/${id}`)).status).toBe(204);
    expect((await school.sessions(id)).map((row) => [row.id, row.status])).toEqual(
      before.slice(1, 3).map((row) => [row.id, 'CANCELED']),
    );
    for (const [method, body] of [['GET'], ['PUT', { name: 'X' }], ['DELETE']] as const)
      expect((await school.send(method, `/classes/${id}`, body)).status).toBe(404);
    await school.app.get(GenerateSessions).run();
    expect(await school.starts(id)).toEqual([]);
  });
});
