import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClassDto } from '../src/classes/timetable/classes.dto.js';
import { EditFollowing, type FollowingChanges } from '../src/classes/timetable/edit-following.js';
import { GenerateSessions } from '../src/classes/timetable/generate-sessions.js';
import { keepBooks } from './support/keep-books.js';
import { sql } from './support/people.js';
import { openTimetableSchool, type SessionRow, type TimetableSchool } from './support/timetable.js';
import { TimetableEdits, weekly, at } from './support/timetable-edits.js';

/* An edit of a session and all that follow it: the rule of its class is split there. */

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

const following = (session: SessionRow, changes: FollowingChanges) =>
  school.app.get(EditFollowing).execute(session.id, changes);

describe('a session and all that follow it', () => {
  it('are held at another time: the rule is split there, and stays so', async () => {
    const [{ id }, [, , third, fourth, fifth, sixth]] = await edits.open();
    await school.sell(fourth!.id);
    await edits.detach(fifth!.id);
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
    expect(edits.told()).toEqual([['SessionRescheduled', fourth!.id]]);
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
    const [{ id }, sessions] = await edits.open(daily);
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
    const [{ id }, [first, second, third]] = await edits.open();
    await school.sell(third!.id, 3);
    const teacherId = await school.teacher();
    await following(second!, { teacherId, durationMinutes: 30, capacity: 2 });
    const rows = await school.sessions(id);
    expect(rows[0]).toEqual(first);
    const minutes = ({ start, end }: SessionRow) => (Date.parse(end) - Date.parse(start)) / 60_000;
    for (const row of rows.slice(1)) {
      expect([row.teacher_id, minutes(row), row.capacity]).toEqual([teacherId, 30, row.id === third!.id ? 3 : 2]);
    }
    expect(edits.told()).toEqual([['SessionRescheduled', third!.id]]);
    const { body } = await school.send<ClassDto>('GET', `/classes/${id}`);
    expect(body).toMatchObject({ teacherId, durationMinutes: 30, capacity: 2, ...weekly });
    // An edit of the class that is about something else leaves the first as it was.
    await school.edit(id, { name: 'Endgames' });
    expect((await school.sessions(id))[0]).toEqual(first);
  });

  it('move also from before an earlier split', async () => {
    const [{ id }, [, second, , , fifth]] = await edits.open();
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
    const [made, before] = await edits.open(rule);
    await expect(following(before[which]!, changes)).rejects.toMatchObject({ problem: { code } });
    expect(await school.sessions(made.id)).toEqual(before);
    expect((await school.send<ClassDto>('GET', `/classes/${made.id}`)).body).toEqual(made);
  });

  it('are none of a session on its own, nor where the teacher is busy', async () => {
    const [{ id, teacherId, branchId }, [first, second]] = await edits.open();
    await edits.detach(first!.id);
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
    const [{ id }, [, second]] = await edits.open();
    const changes = { scope: 'following', startTime: '2027-03-08T18:00:00-05:00' };
    expect((await school.send('PUT', `/sessions/${second!.id}`, changes)).status).toBe(200);
    expect(await school.starts(id)).toEqual(['2027-03-01 17:00', ...at('18:00').slice(1)]);
  });
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
    const [{ id }, before] = await edits.open();
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
