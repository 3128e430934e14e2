import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CourseDto } from '../src/courses/catalogue/courses.dto.js';
import type { CreatedSessionDto } from '../src/payments/checkout/sessions.dto.js';
import { keepBooks } from './support/keep-books.js';
import { person, type Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

let school: School;
beforeAll(async () => {
  school = await openSchool();
});
afterAll(() => school.close());
keepBooks(() => school);

const prices = [
  { currency: 'EUR', amount: 8999 },
  { currency: 'JPY', amount: 9500 },
  { currency: 'KWD', amount: 30_500 },
];

const begin = <T = CreatedSessionDto>({ id }: CourseDto, currency: string | undefined, buyer: Person) =>
  school.post<T>('/payments/sessions', { courseId: id, ...(currency && { currency }) }, buyer.token);
const begun = async (course: CourseDto, currency: string | undefined, buyer: Person) =>
  expectStatus(201, await begin(course, currency, buyer)).session;
const reprice = async ({ id }: CourseDto, body: object) =>
  expectStatus(200, await school.request('PATCH', `/courses/${id}`, { body, token: school.instructor.token }));
const sessions = async () => (await school.sql<{ n: number }>('SELECT count(*)::int AS n FROM payment_sessions'))[0]!.n;
const placeOf = async (course: CourseDto, buyer: Person) =>
  (await school.get(`/enrollments/course/${course.id}`, buyer.token)).body;

describe('a course is sold in every currency of its price list', () => {
  it.each([
    [undefined, 9999, 'USD'],
    ['USD', 9999, 'USD'],
    ['EUR', 8999, 'EUR'],
    ['jpy', 9500, 'JPY'],
    ['KWD', 30_500, 'KWD'],
  ])('asked for in %s it costs %d %s', async (named, amount, currency) => {
    const course = await school.course({ prices });
    const buyer = await person(school);
    const before = await school.books();
    const session = await begun(course, named, buyer);
    expect(session).toMatchObject({ amount, finalAmount: amount, currency });

    school.sandbox.stripe.pay(session.providerReference!);
    await school.quiet();
    expect(await placeOf(course, buyer)).toMatchObject({ status: 'ACTIVE', amount, amountPaid: amount, currency });
    const share = Math.round(amount * 0.7);
    const after = await school.books();
    const grown = (account: string) => (after[`${account} ${currency}`] ?? 0) - (before[`${account} ${currency}`] ?? 0);
    expect([grown(`liability:earnings-pending:${school.instructor.id}`), grown('revenue:courses')]).toEqual([
      share,
      amount - share,
    ]);
  });

  it.each(['GBP', 'CHF'])('and in no other: %s', async (currency) => {
    const course = await school.course({ prices });
    const before = await sessions();
    expect(await begin<{ code: string; detail: string }>(course, currency, school.student)).toMatchObject({
      status: 400,
      body: { code: 'CURRENCY_NOT_OFFERED', detail: 'Sold in: USD, EUR, JPY, KWD' },
    });
    expect(await begin(course, 'euros', school.student)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
    expect(await sessions()).toBe(before);
  });

  it('a free one in none', async () => {
    const course = await school.course({ isPremium: false, price: 0 });
    for (const currency of ['USD', 'EUR']) {
      expect(await begin(course, currency, school.student)).toMatchObject({ body: { code: 'COURSE_IS_FREE' } });
    }
  });
});

describe('a new price', () => {
  it.each([
    [undefined, { price: 4999 }, 9999, 4999],
    ['EUR', { prices: [{ currency: 'EUR', amount: 100 }] }, 8999, 100],
  ])('is for new sessions; one begun keeps its own to the end (%s)', async (currency, change, old, fresh) => {
    const course = await school.course({ prices });
    const [early, late] = [await person(school), await person(school)];
    const session = await begun(course, currency, early);
    await reprice(course, change);
    expect((await school.get(`/payments/sessions/${session.id}`, early.token)).body).toMatchObject({ amount: old });

    school.sandbox.stripe.pay(session.providerReference!);
    await school.quiet();
    expect(await placeOf(course, early)).toMatchObject({ status: 'ACTIVE', amount: old, amountPaid: old });
    expect(await begun(course, currency, late)).toMatchObject({ amount: fresh, finalAmount: fresh });
  });

  it('and a currency given up, or a course made free, change nothing for who is paying already', async () => {
    const course = await school.course({ prices });
    const buyer = await person(school);
    const session = await begun(course, 'JPY', buyer);
    await reprice(course, { prices: [] });
    expect(await begin(course, 'JPY', school.student)).toMatchObject({
      status: 400,
      body: { code: 'CURRENCY_NOT_OFFERED', detail: 'Sold in: USD' },
    });
    await reprice(course, { isPremium: false, price: 0 });
    school.sandbox.stripe.pay(session.providerReference!);
    await school.quiet();
    expect(await placeOf(course, buyer)).toMatchObject({ type: 'PAID', amountPaid: 9500, currency: 'JPY' });
  });

  it('that comes while many begin is paid by some, the old one by the rest, and a mixture by nobody', async () => {
    const course = await school.course({ prices });
    const buyers = await Promise.all(Array.from({ length: 8 }, () => person(school)));
    const [, ...answers] = await Promise.all([
      reprice(course, { price: 1000, prices: [{ currency: 'EUR', amount: 900 }] }),
      ...buyers.map((buyer, index) => begun(course, index % 2 === 0 ? 'EUR' : 'USD', buyer)),
    ]);
    answers.forEach(({ amount, currency }, index) => {
      expect(index % 2 === 0 ? [8999, 900] : [9999, 1000]).toContain(amount);
      expect(currency).toBe(index % 2 === 0 ? 'EUR' : 'USD');
    });
  });
});
