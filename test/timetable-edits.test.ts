import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClassDto } from '../src/classes/timetable/classes.dto.js';
import { GenerateSessions } from '../src/classes/timetable/generate-sessions.js';
import { keepBooks } from './support/keep-books.js';
import { openTimetableSchool, type TimetableSchool } from './support/timetable.js';
import { TimetableEdits, weekly, mondays, at } from './support/timetable-edits.js';

/* What an edit of a class, of a branch, or of a session and all that follow it makes of sessions that are there already. */

let school: TimetableSchool;
let edits: TimetableEdits;
beforeAll(async () => {
  school = await openTimetableSchool();
  edits = new TimetableEdits(school);
}, 120_000);
beforeEach(() => {
  school.published.length = 0;
});
keepBooks(() => school);
afterAll(() => school.close());

describe('new terms of a class', () => {
  it('are those of sessions in which no seat is taken; what was sold stays as it was sold', async () => {
    const [{ id }, [first, second, third, ...rest]] = await edits.open();
    await school.sell(second!.id, 2);
    await edits.detach(third!.id);
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
    expect(edits.told()).toEqual([]);
  });

  it('are those of sessions that are yet to be made', async () => {
    const [{ id }] = await edits.open();
    await school.edit(id, { price: 3000 });
    await school.moveTo('2027-03-15T12:00:00Z');
    await school.app.get(GenerateSessions).run();
    expect((await school.sessions(id)).map(({ price, status }) => [price, status]).slice(2)).toEqual(
      Array.from({ length: 9 }, () => [3000, 'SCHEDULED']),
    );
    await school.moveTo('2027-03-01T12:00:00Z');
  });

  it('reach all sessions where they are a teacher or a capacity, but never take a seat away', async () => {
    const [{ id }, [first, second, third]] = await edits.open();
    await school.sell(first!.id, 4);
    await school.sell(second!.id, 2);
    await edits.detach(third!.id);
    const teacherId = await school.teacher();
    await school.edit(id, { teacherId, capacity: 3 });
    const shown = (await school.sessions(id)).map((one) => [one.teacher_id === teacherId, one.capacity, one.taken]);
    expect(shown.slice(0, 4)).toEqual([
      [true, 4, 4],
      [true, 3, 2],
      [false, 10, 0],
      [true, 3, 0],
    ]);
    expect(edits.told()).toEqual([]);
    await school.edit(id, { capacity: 5 });
    expect((await school.sessions(id)).map(({ capacity }) => capacity).slice(0, 4)).toEqual([5, 5, 10, 5]);
    expect(edits.told().toSorted()).toEqual(
      [first!, second!].map((one) => ['SessionCapacityChanged', one.id]).toSorted(),
    );
  });

  it('are none while the teacher is busy', async () => {
    const [{ id, branchId }, before] = await edits.open();
    const other = await school.class(branchId, { ...weekly, startsAt: '2027-03-08T17:30' });
    const { status, body } = await school.send('PUT', `/classes/${id}`, { teacherId: other.teacherId, price: 1 });
    expect([status, body.code]).toEqual([409, 'TEACHER_BUSY']);
    expect(await school.sessions(id)).toEqual(before);
    expect((await school.send<ClassDto>('GET', `/classes/${id}`)).body).toMatchObject({ price: 2000 });
  });

  it('cannot be another branch', async () => {
    const [{ id, branchId }] = await edits.open();
    const other = await school.branch();
    const moved = await school.send('PUT', `/classes/${id}`, { branchId: other.id });
    expect([moved.status, moved.body.code]).toEqual([400, 'CLASS_STAYS_AT_BRANCH']);
    expect(await school.edit(id, { branchId })).toMatchObject({ branchId });
  });
});

describe('a new timetable of a class', () => {
  it('is made of what nobody has booked; sessions with seats are kept and said', async () => {
    const [{ id }, [, second, third, fourth]] = await edits.open();
    await school.sell(second!.id);
    await school.sell(third!.id, 1, 'CANCELLED');
    await edits.detach(fourth!.id);
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
    const [{ id }, [, second]] = await edits.open();
    await school.sell(second!.id);
    expect((await school.edit(id, { startsAt: '2027-03-01T17:30' })).keptSessions).toMatchObject([{ id: second!.id }]);
    expect(await school.starts(id)).toEqual(at('17:30').with(1, '2027-03-08 17:00'));
    await school.app.get(GenerateSessions).run();
    expect(await school.starts(id)).toHaveLength(9);
  });

  it('of another length is that of sessions in which no seat is taken', async () => {
    const [{ id }, [first, second]] = await edits.open();
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
    const [{ id }, [, second]] = await edits.open();
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
    const [made, before] = await edits.open();
    const { teacher, createdAt, updatedAt, id, ...all } = made;
    expect(await school.edit(id, all)).toEqual({ ...made, keptSessions: [], updatedAt: expect.any(String) });
    expect(await school.sessions(id)).toEqual(before);
  });

  it('comes whole from two edits at once', async () => {
    const [{ id }] = await edits.open();
    const rules = ['FREQ=WEEKLY;BYDAY=TU', 'FREQ=WEEKLY;BYDAY=WE', 'FREQ=WEEKLY;BYDAY=TH', 'FREQ=WEEKLY;BYDAY=FR'];
    await Promise.all(rules.map((recurrenceRule) => school.edit(id, { recurrenceRule })));
    const { body } = await school.send<ClassDto>('GET', `/classes/${id}`);
    const day = rules.indexOf(body.recurrenceRule!) + 2;
    const days = (await school.starts(id)).map((start) => new Date(`${start.replace(' ', 'T')}Z`).getUTCDay());
    expect([days.length, new Set(days)]).toEqual([8, new Set([day])]);
  });
});

describe('a branch', () => {
  it('in another zone and country has its sessions there at the same time of its clocks, but not those that are sold', async () => {
    const [{ id, branchId }, [, second]] = await edits.open();
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
    const [{ id, branchId }] = await edits.open();
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
