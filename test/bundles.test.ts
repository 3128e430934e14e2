import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CourseDto } from '../src/courses/catalogue/courses.dto.js';
import type { BundleDto } from '../src/enrollments/bundles/bundles.dto.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { BundleDesk } from './support/bundle-desk.js';
import { feeOf } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { completeCourse } from './support/learning-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* A bundle from the shelf to the books and back. */

let school: School;
let desk: BundleDesk;
let other: Person;
let first: CourseDto;
let second: CourseDto;
let bundle: BundleDto;
beforeAll(async () => {
  school = await openSchool();
  desk = new BundleDesk(school);
  other = await person(school, 'INSTRUCTOR');
});
afterAll(() => school.close());
endQuietly(() => school);

/** 60.00 by the school's instructor, 40.00 by another one, who has half of it: 80.01 together. */
beforeEach(async () => {
  first = await desk.course(6000);
  second = await desk.course(4000, other);
  const terms = { body: { shareBasisPoints: 5000, keepAccessOnRefund: false }, token: school.admin.token };
  expectStatus(200, await school.request('PUT', `/courses/${second.id}/terms`, terms));
  bundle = await desk.bundle([first, second], { price: 8001 });
});

const both = () => [first, second];
const theirs = ['ACTIVE open own', 'ACTIVE open own'];
const gone = ['CANCELLED closed own', 'CANCELLED closed own'];

async function coupon(): Promise<string> {
  const code = `TEN${Math.random().toString(36).slice(2, 8).toUpperCase()}`;
  const body = { code, name: 'Ten off', discountType: 'PERCENTAGE', discountValue: 10, applicableKinds: ['bundle'] };
  expectStatus(201, await school.post('/coupons', body, school.admin.token));
  return code;
}

describe('a bundle of two instructors', () => {
  it('is bought with a coupon and tax: both places, both shares, to the unit; and refunded in two parts', async () => {
    const before = await school.books();
    const sale = await desk.bought({ bundleId: bundle.id, couponCode: await coupon(), country: 'DE' });
    // 8001 less 800 are 7201, 19 % of which are 1368. Of 7201 the first weighs 4321 and the second 2880.
    const fee = feeOf(8569);
    expect(await desk.movedSince(before)).toEqual({
      'asset:provider:stripe USD': 8569 - fee,
      'expense:provider-fees USD': fee,
      'liability:tax:de USD': 1368,
      'liability:earnings-pending:instructor USD': 3025,
      'liability:earnings-pending:buyer USD': 1440,
      'revenue:courses USD': 2736,
    });
    expect(await school.entriesAbout(sale.paymentId)).toEqual(['bundle.sold']);
    const terms = { type: 'PAID', source: 'BUNDLE', paid: 'PAID', status: 'ACTIVE', open: true, own: true };
    expect(await desk.places(sale, both())).toEqual([
      { ...terms, amount: 4801, discount: 480, amountPaid: 5141 },
      { ...terms, amount: 3200, discount: 320, amountPaid: 3428 },
    ]);

    expect(await desk.moved(() => desk.giveBack(sale, { amount: 1000 }))).toEqual({
      'asset:provider:stripe USD': -1000,
      'liability:tax:de USD': -160,
      'liability:earnings-pending:instructor USD': -353,
      'liability:earnings-pending:buyer USD': -168,
      'revenue:courses USD': -319,
    });
    expect(await desk.held(sale, both())).toEqual(theirs);

    await desk.giveBack(sale);
    await desk.quiet();
    expect(await desk.movedSince(before)).toEqual({
      'asset:provider:stripe USD': -fee,
      'expense:provider-fees USD': fee,
    });
    expect(await desk.held(sale, both())).toEqual(gone);
    expect((await desk.places(sale, both())).map((place) => place?.paid)).toEqual(['REFUNDED', 'REFUNDED']);
  });

  it('costs who has one of them its part, and gives and takes only the other', async () => {
    const owned = await desk.bought({ courseId: second.id });
    const { buyer } = owned;
    const before = await school.books();
    const sale = await desk.bought({ bundleId: bundle.id }, buyer);
    // 8001 × 6000 ÷ 10000 = 4800.6
    expect(await desk.session(sale)).toEqual({ status: 'COMPLETED', reason: null, amount: 4801 });
    expect(await desk.movedSince(before)).toMatchObject({ 'liability:earnings-pending:instructor USD': 3361 });
    expect(await desk.movedSince(before)).not.toHaveProperty('liability:earnings-pending:buyer USD');
    expect(await desk.held(sale, both())).toEqual(['ACTIVE open own', 'ACTIVE open of another']);
    expect(await desk.ask({ bundleId: bundle.id }, buyer)).toMatchObject({
      status: 400,
      body: { code: 'ALREADY_ENROLLED' },
    });

    await desk.giveBack(sale);
    expect(await desk.held(sale, both())).toEqual(['CANCELLED closed own', 'ACTIVE open of another']);
    const again = await desk.bought({ bundleId: bundle.id }, buyer);
    await desk.giveBack(owned);
    expect(await desk.held(again, both())).toEqual(['ACTIVE open own', 'CANCELLED closed of another']);
  });

  it('is closed while its payment is disputed, all of it, and opened when that is won', async () => {
    const sale = await desk.bought({ bundleId: bundle.id });
    await completeCourse(school, { courseId: second.id, buyer: sale.buyer });
    const { id } = school.sandbox.stripe.dispute(sale.intent);
    await desk.quiet();
    expect(await desk.held(sale, both())).toEqual(['SUSPENDED closed own', 'SUSPENDED closed own']);
    school.sandbox.stripe.winDispute(id);
    await desk.quiet();
    expect(await desk.held(sale, both())).toEqual(['ACTIVE open own', 'COMPLETED open own']);
  });

  it('leaves alone what its buyer gave up and bought again', async () => {
    const sale = await desk.bought({ bundleId: bundle.id });
    const path = `/enrollments/course/${first.id}`;
    const { id } = expectStatus(200, await school.get<{ id: string }>(path, sale.buyer.token));
    expectStatus(200, await school.post(`/enrollments/${id}/cancel`, {}, sale.buyer.token));
    await desk.bought({ courseId: first.id }, sale.buyer);
    await desk.giveBack(sale);
    expect(await desk.held(sale, both())).toEqual(['ACTIVE open of another', 'CANCELLED closed own']);
  });
});

describe('what was begun', () => {
  it('completes though the bundle was changed and archived, and a course of it too', async () => {
    const sale = await desk.order({ bundleId: bundle.id });
    const third = await desk.course(1000);
    const { token } = school.admin;
    const body = { title: 'Less', courseIds: [first.id, third.id], price: 1, currency: 'USD', kind: 'LEARNING_PATH' };
    expectStatus(200, await school.request('PUT', `/bundles/${bundle.id}`, { body, token }));
    expectStatus(204, await school.request('DELETE', `/bundles/${bundle.id}`, { token }));
    expectStatus(200, await school.post(`/courses/${second.id}/archive`, {}, token));
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.session(sale)).toMatchObject({ status: 'COMPLETED', amount: 8001 });
    expect(await desk.held(sale, [first, second, third])).toEqual([...theirs, 'none']);
    expect((await desk.places(sale, both()))[0]).toMatchObject({ source: 'LEARNING_PATH' });
  });

  it('gives what is lacking still, with all of the money; and gives the money back when that is nothing', async () => {
    const sale = await desk.order({ bundleId: bundle.id });
    const { buyer } = sale;
    const twice = await desk.order({ bundleId: bundle.id }, buyer);
    await desk.bought({ courseId: first.id }, buyer);
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.held(sale, both())).toEqual(['ACTIVE open of another', 'ACTIVE open own']);
    expect((await desk.places(sale, both()))[1]).toMatchObject({ amount: 8001, amountPaid: 8001 });
    const moved = await desk.moved(() => desk.pay(twice));
    expect(await desk.session(twice)).toMatchObject({ status: 'FAILED', reason: 'ALREADY_ENROLLED' });
    expect(await desk.refunds(twice)).toEqual([['SUCCEEDED', 8001]]);
    expect(moved).toEqual({ 'asset:provider:stripe USD': -feeOf(8001), 'expense:provider-fees USD': feeOf(8001) });
  });

  it('does not give for a part of the price what was refunded since', async () => {
    const owned = await desk.bought({ courseId: second.id });
    const sale = await desk.order({ bundleId: bundle.id }, owned.buyer);
    await desk.giveBack(owned);
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.held(sale, both())).toEqual(['ACTIVE open own', 'CANCELLED closed of another']);
  });

  it('is paid late, after it expired, and honoured; heard twice, it is one', async () => {
    const sale = await desk.order({ bundleId: bundle.id });
    await school.sql(`UPDATE payment_sessions SET status = 'EXPIRED' WHERE id = $1`, [sale.sessionId]);
    desk.pay(sale);
    await desk.quiet();
    for (const event of school.sandbox.stripe.events().slice(-3)) await school.sandbox.stripe.redeliver(event.id);
    await desk.quiet();
    expect(await desk.held(sale, both())).toEqual(theirs);
    expect(await school.entriesAbout(sale.paymentId)).toEqual(['bundle.sold']);
  });
});

describe('a way to begin', () => {
  it('is POST /courses/purchase, for students, once under one key; and /payments/initiate', async () => {
    const buyer = await person(school);
    const key = { 'idempotency-key': 'a purchase' };
    const buy = (body: object, who = buyer) =>
      school.post<CreatedSessionDto>('/courses/purchase', body, who.token, key);
    const begun = expectStatus(201, await buy({ bundleId: bundle.id, country: 'US' }));
    expect(begun).toMatchObject({
      success: true,
      redirectUrl: expect.stringContaining('http'),
      session: { item: { kind: 'bundle', id: bundle.id, title: 'All of it' }, amount: 8001, source: 'DIRECT' },
    });
    expect((await buy({ bundleId: bundle.id, country: 'US' })).body).toEqual(begun);
    expect((await buy({ courseId: first.id })).status).toBe(422);
    const teacher = await person(school);
    await school.sql(`UPDATE users SET roles = '{INSTRUCTOR}' WHERE id = $1`, [teacher.id]);
    expect((await buy({ bundleId: bundle.id }, teacher)).status).toBe(403);
    expect(await school.post('/courses/purchase', { packageId: 'pkg_1' }, buyer.token)).toMatchObject({ status: 400 });
    expect(
      await school.post('/courses/purchase', { courseId: first.id, bundleId: bundle.id }, buyer.token),
    ).toMatchObject({
      status: 400,
      body: { detail: 'Name one thing to buy: courseId or packageId or bundleId or licenseId' },
    });
    const body = { bundleId: bundle.id, provider: 'stripe' };
    expect(await school.post('/payments/initiate', body, buyer.token)).toMatchObject({
      status: 201,
      body: { status: 'PENDING' },
    });
  });
});
