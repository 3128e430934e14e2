import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CourseCompleted, StudyDayBegun } from '../src/enrollments/index.js';
import type { MonthUsageDto, UsageDto } from '../src/licensing/usage/usage.dto.js';
import { inTransaction } from '../src/platform/database/index.js';
import { EventBus } from '../src/platform/events/index.js';
import { startTestApp, type TestApp } from './support/app.js';
import { keepBooks } from './support/keep-books.js';
import { LearningDesk, type Refusal } from './support/learning-desk.js';
import { type License, LicenseSeatDesk, licensesFile } from './support/license-seat-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, told } from './support/school.js';

let app: TestApp;
let desk: LicenseSeatDesk;
let license: License;
let [ada, eve]: Person[] = [];
/** Of which TEAM gives the first. */
let [premium, free]: { id: string }[] = [];
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api', LICENSES_FILE: await licensesFile(), JWT_EXPIRES_IN: '86400' });
  desk = new LicenseSeatDesk(app);
  const lessons = new LearningDesk(app, await person(app, 'INSTRUCTOR'));
  premium = await lessons.course(['One'], { isPremium: true, price: 5000 });
  free = await lessons.course([]);
  [ada, eve] = await Promise.all([person(app), person(app)]);
  to('2027-11-20T12:00:00Z');
}, 60_000);
afterAll(() => app.close());
keepBooks(() => app);

const to = (moment: string) => app.clock.advance((Date.parse(moment) - app.clock.now().getTime()) / 1000);
const studied = ({ id }: Person, at: string) => new StudyDayBegun('enr_1', id, at.slice(0, 10), at, 'UTC');
const completed = ({ id }: Person, course: { id: string }, at: string) =>
  new CourseCompleted('enr_1', id, course.id, at, 'UTC');
/** Heard one after another. */
const tell = async (...events: object[]) => {
  for (const event of events) {
    await inTransaction(() => app.app.get(EventBus).publish(event));
    await app.settle();
  }
};
const ask = async (query: string, by = license.boss) =>
  app.get<{ data: UsageDto[] } & Refusal>(`/enterprise/usage?${query}`, await desk.tokenOf(by));
const read = async (query: string, by = license.boss) => expectStatus(200, await ask(query, by)).data;
const brief = ({ month, seatsHeld, activeUsers, completions }: MonthUsageDto) =>
  `${month}: ${seatsHeld} ${activeUsers} ${completions}`;
const months = async (of: License, query: string) => {
  const [usage] = await read(`licenseId=${of.id}&${query}`, of.boss);
  return usage!.months.map(brief);
};

describe('what is made of a licence', () => {
  it('is who learnt and what was completed, by months of UTC, whenever and however often that is told', async () => {
    license = await desk.license({ days: 400 });
    for (const { id } of [ada!, eve!]) await desk.given(license, { userId: id });
    to('2027-12-10T00:00:00Z');
    await tell(
      completed(ada!, premium!, '2027-12-05T09:00:00.000Z'),
      studied(ada!, '2027-12-05T08:00:00.000Z'),
      studied(ada!, '2027-11-30T23:59:59.999Z'),
      studied(eve!, '2027-12-01T00:00:00.000Z'),
      // Completing a course that the tier does not give is learning all the same.
      completed(eve!, free!, '2027-11-25T00:00:00.000Z'),
      completed(ada!, premium!, '2027-12-05T09:00:00.000Z'),
      studied(ada!, '2027-12-05T08:00:00.000Z'),
      studied(ada!, '2027-12-06T08:00:00.000Z'),
    );
    expect(await months(license, 'from=2027-10&until=2028-01')).toEqual([
      '2027-10: 0 0 0',
      '2027-11: 2 2 0',
      '2027-12: 2 2 1',
      '2028-01: 0 0 0',
    ]);
  });

  it('counts who had a seat at the moment, not when it is heard', async () => {
    const own = await desk.license({ days: 400 });
    const tom = await person(app);
    await desk.given(own, { userId: tom.id });
    to('2027-12-20T00:00:00Z');
    await desk.end(own, tom.id);
    to('2028-01-02T00:00:00Z');
    await desk.given(own, { userId: ada!.id });
    await tell(
      studied(tom, '2027-12-19T00:00:00.000Z'),
      studied(tom, '2027-12-20T00:00:00.001Z'),
      completed(tom, premium!, '2027-12-21T00:00:00.000Z'),
      studied(ada!, '2028-01-01T00:00:00.000Z'),
    );
    expect(await months(own, 'from=2027-12&until=2028-01')).toEqual(['2027-12: 1 1 0', '2028-01: 1 0 0']);
  });

  it('is nothing while it is suspended or expired, nor of who is only invited', async () => {
    const own = await desk.license({ days: 60, tier: 'REPORTS' });
    await desk.given(own, { email: 'new@acme.example' });
    const lou = await person(app);
    await desk.given(own, { userId: lou.id });
    await desk.move(own, { suspendedAt: new Date('2028-01-10T00:00:00Z') });
    await tell(studied(lou, '2028-01-11T00:00:00.000Z'));
    await desk.move(own, { suspendedAt: null });
    await tell(studied(lou, '2028-02-03T00:00:00.000Z'), studied(lou, '2028-04-03T00:00:00.000Z'));
    to('2028-04-05T00:00:00Z');
    expect(await desk.looked(own)).toBe('EXPIRED');
    const quarter = await months(own, 'from=2028-01&until=2028-04');
    expect(quarter).toEqual(['2028-01: 1 0 0', '2028-02: 1 1 0', '2028-03: 1 0 0', '2028-04: 1 0 0']);
  });

  it('is kept of what people really do', async () => {
    const own = await desk.license();
    const learner = await person(app);
    await desk.given(own, { userId: learner.id });
    const lessons = new LearningDesk(app, learner);
    const token = await desk.tokenOf(learner);
    const enrolled = await lessons.learner(premium!.id, { ...learner, token });
    const [lecture] = (await lessons.place(enrolled)).course.modules[0]!.lectures;
    await lessons.completed(enrolled, lecture!.id);
    await app.settle();
    expect(await months(own, 'from=2028-04&until=2028-04')).toEqual(['2028-04: 1 1 1']);
  });
});

describe('it is read', () => {
  it('by those whose licence it is: of the last 12 months, in numbers alone', async () => {
    const [usage, ...others] = await read('');
    expect(others).toEqual([]);
    expect(usage).toMatchObject({
      licenseId: license.id,
      organizationId: license.organizationId,
      tier: 'TEAM',
      seats: 3,
    });
    expect([usage!.months.length, usage!.months[0]!.month, usage!.months[11]!.month]).toEqual([
      12,
      '2027-05',
      '2028-04',
    ]);
    expect(JSON.stringify(usage)).not.toContain('usr_');
    const other = await desk.license();
    expect(told(await ask(`licenseId=${license.id}`, other.boss))).toBe('NOT_FOUND');
    expect(told(await ask('', ada))).toBe('FORBIDDEN');
    const admin = await person(app, 'ADMIN');
    expect((await read('', admin)).length).toBe(5);
    expect((await read(`licenseId=${license.id}`, admin)).length).toBe(1);
  });

  it('by months that are some, in order, and not too many', async () => {
    for (const query of ['from=2027-13', 'until=27-1', 'from=2028-05', 'from=2027-02&until=2027-01', 'from=2025-04'])
      expect([query, told(await ask(query))]).toEqual([query, 'VALIDATION_FAILED']);
    expect((await months(license, 'from=2025-05')).length).toBe(36);
  });
});
