import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClassDto } from '../src/classes/timetable/classes.dto.js';
import { GenerateSessions } from '../src/classes/timetable/generate-sessions.js';
import type { Page } from '../src/platform/http/index.js';
import { Housekeeping } from '../src/platform/jobs/index.js';
import { keepBooks } from './support/keep-books.js';
import { person, sql } from './support/people.js';
import { expectStatus } from './support/school.js';
import { openTimetableSchool, shown, type TimetableSchool } from './support/timetable.js';

/* Classes as admins make them, and the sessions that come of their rules. Edits are in timetable-edits.test.ts. */

let school: TimetableSchool;
beforeAll(async () => {
  school = await openTimetableSchool();
}, 120_000);
keepBooks(() => school);
afterAll(() => school.close());

const weekly = { recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO', startsAt: '2027-03-01T17:00' };
const generate = () => school.app.get(GenerateSessions).run();

describe('a class', () => {
  it('says what is taught, where, by whom and for how much', async () => {
    const branch = await school.branch();
    const teacherId = await school.teacher();
    const made = await school.class(branch.id, {
      ...{ teacherId, name: 'Chess', subject: 'Chess', description: 'Openings' },
      ...{ absenteePolicy: 'flexible', noShowFee: 500, cancellationWindowMinutes: 60 },
      ...{ recurrenceRule: 'rrule:freq=weekly;byday=mo', startsAt: '2027-03-01T17:00' },
    });
    expect(made).toEqual({
      id: expect.stringMatching(/^cls_/),
      ...{ branchId: branch.id, name: 'Chess', subject: 'Chess', description: 'Openings', teacherId },
      teacher: { id: teacherId, name: 'Dr. Teacher', profilePicture: null },
      ...{ price: 2000, currency: 'USD', capacity: 10, absenteePolicy: 'FLEXIBLE', noShowFee: 500 },
      ...{ cancellationWindowMinutes: 60, durationMinutes: 60, ...weekly },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
    expect((await school.send('GET', `/classes/${made.id}`, undefined, await person(school))).body).toEqual(made);
  });

  it('of extras only has the usual terms and no sessions', async () => {
    const made = await school.class((await school.branch()).id);
    const usual = { absenteePolicy: 'STRICT', noShowFee: 0, cancellationWindowMinutes: 120 };
    expect(made).toMatchObject({ ...usual, recurrenceRule: null, startsAt: null, description: '' });
    expect(await school.sessions(made.id)).toEqual([]);
  });

  it('is found by branch, subject, teacher and text', async () => {
    const { id: branchId } = await school.branch();
    const piano = await school.class(branchId, { name: 'Scales 50%', subject: 'Piano' });
    const chess = await school.class(branchId, { name: 'Openings', subject: 'Chess' });
    const list = async (query: string) => {
      const { body } = await school.send<Page<ClassDto>>('GET', `/classes?branchId=${branchId}&${query}`);
      return [body.data, body.pagination.total];
    };
    expect(await list('')).toEqual([[chess, piano], 2]);
    expect(await list('limit=1&page=2')).toEqual([[piano], 2]);
    expect(await list('subject=piano')).toEqual([[piano], 1]);
    expect(await list('subject=pian')).toEqual([[], 0]);
    expect(await list(`teacherId=${chess.teacherId}`)).toEqual([[chess], 1]);
    expect(await list('search=PIAN')).toEqual([[piano], 1]);
    expect(await list('search=50%25')).toEqual([[piano], 1]);
    expect(await list('search=5%25')).toEqual([[], 0]);
  });

  it.each<[Record<string, unknown>, string, string?]>([
    [{ recurrenceRule: 'FREQ=HOURLY', startsAt: '2027-03-01T17:00' }, '#/recurrenceRule'],
    [{ recurrenceRule: 'every day', startsAt: '2027-03-01T17:00' }, '#/recurrenceRule'],
    [{ recurrenceRule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', startsAt: '2027-03-01T17:00' }, '#/recurrenceRule'],
    [{ recurrenceRule: 'FREQ=DAILY' }, '#/startsAt'],
    [{ startsAt: '2027-03-01T17:00' }, '#/recurrenceRule'],
    [{ ...weekly, startsAt: '2027-02-29T17:00' }, '#/startsAt'],
    [{ ...weekly, startsAt: '2027-03-01T17:00:00Z' }, '#/startsAt'],
    [{ price: 19.99 }, '#/price'],
    [{ price: -1 }, '#/price'],
    [{ capacity: 0 }, '#/capacity'],
    [{ durationMinutes: 0 }, '#/durationMinutes'],
    [{ cancellationWindowMinutes: -1 }, '#/cancellationWindowMinutes'],
    [{ absenteePolicy: 'LENIENT' }, '#/absenteePolicy'],
    [{ absenteePolicy: 'FLEXIBLE', noShowFee: 2001 }, '#/noShowFee'],
    [{ noShowFee: 1 }, '#/noShowFee'],
    [{ currency: 'MXN' }, '#/currency', 'CURRENCY_NOT_OFFERED'],
    [{ owner: 'me' }, '#/owner'],
  ])('is not one with %j', async (changes, pointer, code = 'VALIDATION_FAILED') => {
    const { id: branchId } = await school.branch();
    const usual = { name: 'Chess', subject: 'chess', price: 2000, currency: 'USD', capacity: 10, durationMinutes: 60 };
    const body = { branchId, teacherId: await school.teacher(), ...usual, ...changes };
    const refused = await school.send('POST', '/classes', body);
    const named = new Set(refused.body.errors?.map((error) => error.pointer));
    expect([refused.status, refused.body.code, [...named]]).toEqual([400, code, [pointer]]);
    expect((await school.send<Page<ClassDto>>('GET', `/classes?branchId=${branchId}`)).body.data).toEqual([]);
    const made = await school.class(branchId);
    expect((await school.send('PUT', `/classes/${made.id}`, changes)).status).toBe(400);
    expect((await school.send('GET', `/classes/${made.id}`)).body).toEqual(made);
  });

  it('is taught by an instructor who is free, at a branch that there is', async () => {
    const { id: branchId } = await school.branch();
    const body = {
      name: 'Chess',
      subject: 'chess',
      price: 0,
      currency: 'USD',
      capacity: 10,
      durationMinutes: 60,
      branchId,
    };
    const student = await person(school);
    for (const teacherId of [student.id, 'usr_none']) {
      const { status, body: problem } = await school.send('POST', '/classes', { ...body, teacherId });
      expect([status, problem.code]).toEqual([400, 'UNKNOWN_TEACHER']);
    }
    const { teacherId } = await school.class(branchId, weekly);
    expect((await school.send('POST', '/classes', { ...body, teacherId, branchId: 'brn_none' })).status).toBe(404);
    const busy = { ...body, teacherId, ...weekly, startsAt: '2027-03-08T17:30' };
    expect(await school.send('POST', '/classes', busy)).toMatchObject({
      status: 409,
      body: {
        code: 'TEACHER_BUSY',
        detail:
          'The teacher has another session at this time: from 2027-03-08T22:00:00.000Z to 2027-03-08T23:00:00.000Z',
      },
    });
    const { body: list } = await school.send<Page<ClassDto>>('GET', `/classes?branchId=${branchId}`);
    expect(list.data).toHaveLength(1);
  });

  it('is made, changed and removed by admins, and seen by staff where they work', async () => {
    const [own, other] = [await school.branch(), await school.branch()];
    const [mine, foreign] = [await school.class(own.id), await school.class(other.id)];
    const [staff, student] = [await person(school, 'STAFF'), await person(school)];
    await school.send('PUT', `/branches/${own.id}/staff/${staff.id}`);
    for (const by of [staff, student]) {
      expect((await school.send('POST', '/classes', {}, by)).status).toBe(403);
      expect((await school.send('PUT', `/classes/${mine.id}`, { price: 0 }, by)).status).toBe(403);
      expect((await school.send('DELETE', `/classes/${mine.id}`, undefined, by)).status).toBe(403);
    }
    for (const path of ['/classes', `/classes/${mine.id}`])
      expect((await school.request('GET', path)).status).toBe(401);
    expect((await school.send<Page<ClassDto>>('GET', '/classes', undefined, staff)).body.data).toEqual([mine]);
    expect((await school.send('GET', `/classes/${mine.id}`, undefined, staff)).body).toEqual(mine);
    expect((await school.send('GET', `/classes/${foreign.id}`, undefined, staff)).status).toBe(404);
    expect((await school.send('GET', `/classes/${foreign.id}`, undefined, student)).body).toEqual(foreign);
    expect((await school.send('PUT', '/classes/cls_none', { name: 'X' })).status).toBe(404);
    expect((await school.send('DELETE', '/classes/cls_none')).status).toBe(404);
  });
});

describe('sessions', () => {
  it.each([
    ['America/New_York', '2027-03-14', ['22:00', '21:00']],
    ['Europe/Berlin', '2027-03-28', ['16:00', '15:00']],
    ['Africa/Nairobi', '2027-03-14', ['14:00', '14:00']],
  ])('are at 17:00 on the clocks of %s, before and after %s', async (timeZone, change, [before, after]) => {
    const branch = await school.branch({ timeZone });
    const { id } = await school.class(branch.id, weekly);
    const made = await school.sessions(id);
    // Eight weeks and a day from Monday, 1 March, at noon UTC.
    expect(made.map(({ occurrence }) => occurrence)).toEqual(
      ['03-01', '03-08', '03-15', '03-22', '03-29', '04-05', '04-12', '04-19', '04-26'].map(
        (day) => `2027-${day}T17:00`,
      ),
    );
    for (const { start, end } of made) {
      expect(shown(start, timeZone).slice(11)).toBe('17:00');
      expect(start.slice(11, 16)).toBe(start.slice(0, 10) < change ? before : after);
      expect(Date.parse(end) - Date.parse(start)).toBe(3600_000);
    }
  });

  it('are held where the clocks leap over their time, as much later, and once where it comes twice', async () => {
    const night = { recurrenceRule: 'FREQ=DAILY', startsAt: '2027-03-13T02:30' };
    const newYork = await school.class((await school.branch()).id, night);
    expect((await school.sessions(newYork.id)).slice(0, 3).map(({ occurrence, start }) => [occurrence, start])).toEqual(
      [
        ['2027-03-13T02:30', '2027-03-13T07:30:00.000Z'],
        ['2027-03-14T02:30', '2027-03-14T07:30:00.000Z'],
        ['2027-03-15T02:30', '2027-03-15T06:30:00.000Z'],
      ],
    );
    // Auckland sets its clocks back from 03:00 on 4 April.
    const branch = await school.branch({ timeZone: 'Pacific/Auckland', country: 'NZ' });
    const auckland = await school.class(branch.id, { ...night, startsAt: '2027-04-03T02:30' });
    expect((await school.sessions(auckland.id)).slice(0, 3).map(({ start }) => start)).toEqual([
      '2027-04-02T13:30:00.000Z',
      '2027-04-03T13:30:00.000Z',
      '2027-04-04T14:30:00.000Z',
    ]);
  });

  it('have the terms of their class, and the tax of their branch on their day', async () => {
    const branch = await school.branch({
      country: 'CA',
      region: 'QC',
      timeZone: 'America/Toronto',
      nightStart: '22:00',
      nightEnd: '08:00',
    });
    const terms = {
      absenteePolicy: 'FLEXIBLE',
      noShowFee: 700,
      cancellationWindowMinutes: 120,
      price: 10_001,
      currency: 'CAD',
    };
    const { id, teacherId } = await school.class(branch.id, { ...weekly, ...terms, startsAt: '2027-03-15T09:00' });
    expect((await school.sessions(id))[0]).toMatchObject({
      ...{ teacher_id: teacherId, capacity: 10, taken: 0, status: 'SCHEDULED', detached: false },
      // 14.975 % on top of it: 1 497.65.
      ...{ price: 11_499, tax: 1498, tax_country: 'CA', tax_rate: 149_750 },
      ...{ absentee_policy: 'FLEXIBLE', no_show_fee: 700, start: '2027-03-15T13:00:00.000Z' },
      // An hour of the morning, and one before 22:00 of the day before.
      cancel_until: '2027-03-15T01:00:00.000Z',
    });
  });

  it('are made eight weeks ahead as time goes by, and never in the past', async () => {
    const daily = { recurrenceRule: 'FREQ=DAILY', startsAt: '2027-01-01T09:00' };
    const { id } = await school.class((await school.branch()).id, daily);
    const first = await school.starts(id);
    // From today's, at 09:00 in New York, which is 14:00 in London.
    expect([first.length, first[0], first.at(-1)]).toEqual([57, '2027-03-01 09:00', '2027-04-26 09:00']);
    expect(await generate()).toBe(0);
    await school.moveTo('2027-03-02T13:00:00Z');
    await generate();
    expect((await school.starts(id)).at(-1)).toBe('2027-04-28 09:00');
    await school.moveTo('2027-07-01T00:00:00Z');
    await generate();
    const later = (await school.starts(id)).slice(59);
    expect([later[0], later.at(-1), later.length]).toEqual(['2027-07-01 09:00', '2027-08-26 09:00', 57]);
    await school.moveTo('2027-03-01T12:00:00Z');
  });

  it('are made once, by however many at the same time', async () => {
    const { id: branchId } = await school.branch();
    const classes = await Promise.all(
      Array.from({ length: 5 }, (_, hour) =>
        school.class(branchId, { recurrenceRule: 'FREQ=DAILY', startsAt: `2027-03-01T1${hour}:00` }),
      ),
    );
    const ids = classes.map(({ id }) => id);
    const before = await Promise.all(ids.map((id) => school.starts(id)));
    // As if they had never been made.
    await sql(school.database, 'DELETE FROM class_sessions WHERE class_id = ANY ($1)', [ids]);
    await sql(school.database, 'UPDATE classes SET generated_until = NULL WHERE id = ANY ($1)', [ids]);
    await Promise.all(Array.from({ length: 6 }, generate));
    await generate();
    expect(await Promise.all(ids.map((id) => school.starts(id)))).toEqual(before);
    // Again, with all of them there: nothing comes twice.
    await sql(school.database, 'UPDATE classes SET generated_until = NULL WHERE id = ANY ($1)', [ids]);
    await Promise.all(Array.from({ length: 6 }, generate));
    expect(await Promise.all(ids.map((id) => school.starts(id)))).toEqual(before);
  });

  it('are left out by the job where the teacher is busy, and the rest is made', async () => {
    const { id: branchId } = await school.branch();
    const { id, teacherId } = await school.class(branchId, weekly);
    const extra = await school.class(branchId, { teacherId });
    const at = { startTime: '2027-05-03T20:30:00Z', endTime: '2027-05-03T21:30:00Z' };
    expectStatus(201, await school.send('POST', '/sessions', { classId: extra.id, ...at }));
    await school.moveTo('2027-03-22T12:00:00Z');
    await generate();
    expect((await school.starts(id)).slice(-3)).toEqual(['2027-04-26 17:00', '2027-05-10 17:00', '2027-05-17 17:00']);
    await school.moveTo('2027-03-01T12:00:00Z');
  });

  it('end with the rule', async () => {
    const rule = { recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO,TH;COUNT=3', startsAt: '2027-03-01T17:00' };
    const { id } = await school.class((await school.branch()).id, rule);
    await generate();
    expect(await school.starts(id)).toEqual(['2027-03-01 17:00', '2027-03-04 17:00', '2027-03-08 17:00']);
  });
});

describe('where prices hold the tax', () => {
  it('a seat costs the list price, tax and all', async () => {
    const inclusive = await openTimetableSchool({ TAX_INCLUSIVE: 'true' });
    try {
      const branch = await inclusive.branch({ country: 'DE', timeZone: 'Europe/Berlin' });
      const { id } = await inclusive.class(branch.id, { ...weekly, price: 11_900, currency: 'EUR' });
      expect((await inclusive.sessions(id))[0]).toMatchObject({
        price: 11_900,
        tax: 1900,
        tax_country: 'DE',
        tax_rate: 190_000,
      });
    } finally {
      await inclusive.close();
    }
  }, 60_000);
});

it('housekeeping and sweeps find nothing amiss', async () => {
  await school.settle();
  await school.app.get(Housekeeping).run();
});
