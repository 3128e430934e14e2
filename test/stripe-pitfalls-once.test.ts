import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import type { CreatedSessionDto } from '../src/payments/checkout/sessions.dto.js';
import { answerWith } from '../src/sandbox/index.js';
import { Desk } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/*
 * Mistakes that others have made with Stripe, by the numbers of a public list of them: money taken
 * twice. Each test stands on its own; what is behind
 * it is tested further elsewhere.
 */

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({
    ROLE: 'api',
    JWT_EXPIRES_IN: '86400',
    CURRENCIES: 'USD,EUR,JPY,KRW,UGX,ISK,TWD,HUF,KWD,MGA',
  });
  desk = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
const once = ['course.sold', 'provider.settled'];

describe('once', () => {
  it('18. a coupon for one is used by one of ten at once; its slot comes back when nobody pays', async () => {
    const fields = { code: 'ONLY-ONE', name: 'One', discountType: 'PERCENTAGE', discountValue: 50, maxUses: 1 };
    const { id } = expectStatus(201, await school.post<{ id: string }>('/coupons', fields, school.admin.token));
    const uses = async () =>
      (await school.get<{ currentUses: number }>(`/coupons/${id}`, school.admin.token)).body.currentUses;
    const course = await school.course({ price: 10_000 });
    const buyers = await Promise.all(Array.from({ length: 10 }, () => person(school)));
    const begin = ({ token }: Person) =>
      school.post<CreatedSessionDto & { code?: string }>(
        '/payments/sessions',
        { courseId: course.id, couponCode: 'ONLY-ONE' },
        token,
      );
    const answers = await Promise.all(buyers.map(begin));
    expect(answers.map(({ status, body }) => [status, body.code]).toSorted()).toEqual([
      [201, undefined],
      ...Array<[number, string]>(9).fill([400, 'COUPON_USED_UP']),
    ]);
    expect(await uses()).toBe(1);
    expect(await school.sql('SELECT 1 FROM payment_sessions WHERE item_id = $1', [course.id])).toHaveLength(1);

    stripe().expire(answers.find(({ status }) => status === 201)!.body.session.providerReference!);
    await desk.quiet();
    expect(await uses()).toBe(0);
    const { session } = expectStatus(201, await begin(buyers[0]!));
    stripe().pay(session.providerReference!);
    await desk.quiet();
    expect(await uses()).toBe(1);
    expect(stripe().session(session.providerReference!).amount_total).toBe(5000);
    expect((await begin(buyers[1]!)).body.code).toBe('COUPON_USED_UP');
  });

  it('19. one key is one order: ten clicks with it at once, and again later with another body', async () => {
    const { id: courseId } = await school.course({ price: 10_000 });
    const buyer = await person(school);
    const key = { 'idempotency-key': 'one-click' };
    const click = (body: object = { courseId }) =>
      school.post<CreatedSessionDto & { code?: string }>('/payments/sessions', body, buyer.token, key);
    const answers = await Promise.all(Array.from({ length: 10 }, () => click()));
    const made = new Set(answers.map(({ body }) => body.session.id));
    expect([answers.map(({ status }) => status), made.size]).toEqual([Array(10).fill(201), 1]);
    const other = await school.course({ price: 20_000 });
    const changed = await click({ courseId: other.id });
    expect([changed.status, changed.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    const checkouts = stripe().account.store.checkoutSessions.filter(
      ({ client_reference_id: id }) => id === answers[0]!.body.session.paymentId,
    );
    expect(checkouts).toHaveLength(1);
    expect(await school.sql('SELECT 1 FROM payment_sessions WHERE user_id = $1', [buyer.id])).toHaveLength(1);
  });

  it('19. a fresh key for each click, every one paid: one is sold, the others go back', async () => {
    const { id: courseId } = await school.course({ price: 10_000 });
    const buyer = await person(school);
    const sales = await Promise.all(Array.from({ length: 4 }, () => desk.begin({ buyer, courseId })));
    const moved = await desk.moved(() => {
      for (const sale of sales) desk.pay(sale);
    });
    expect(moved).toEqual({
      'asset:provider:stripe USD': 10_000 - 4 * 320,
      'expense:provider-fees USD': 4 * 320,
      'liability:earnings-pending:instructor USD': 7000,
      'revenue:courses USD': 3000,
    });
    const refunded = sales.flatMap(({ intent }) =>
      desk.chargesOf(intent).map(({ amount_refunded }) => amount_refunded),
    );
    expect(refunded.toSorted()).toEqual([0, 10_000, 10_000, 10_000]);
    expect(await desk.standing(sales[0]!)).toMatchObject({ place: 'ACTIVE', open: true, count: 1 });
  });

  it('19. a saved card that is charged by four clicks with fresh keys at once: one price is kept', async () => {
    const api = new Stripe('sk_test_of_the_tests', { host: '127.0.0.1', port: school.sandbox.port, protocol: 'http' });
    const buyer = await person(school);
    const customer = await api.customers.create({ email: buyer.email });
    const card = await api.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const now = school.clock.now();
    await school.sql('INSERT INTO provider_customers VALUES ($1, $2, $3, $4)', [buyer.id, 'STRIPE', customer.id, now]);
    await school.sql(
      `INSERT INTO payment_methods (id, user_id, provider, external_id, type, brand, last4, is_default, created_at)
       VALUES ('pmt_of_the_clicks', $1, 'STRIPE', $2, 'card', 'visa', '4242', true, $3)`,
      [buyer.id, card.id, now],
    );
    const { id: courseId } = await school.course({ price: 10_000 });
    const click = (_: unknown, index: number) =>
      school.post('/payments/process', { courseId }, buyer.token, { 'idempotency-key': `click-${index}` });
    await Promise.all(Array.from({ length: 4 }, click));
    await desk.quiet();
    const charges = stripe().account.store.charges.filter((charge) => charge.customer === customer.id);
    const kept = charges.reduce((sum, { amount, amount_refunded }) => sum + amount - amount_refunded, 0);
    expect(kept).toBe(10_000);
    expect(
      await school.sql('SELECT status, count(*)::int FROM enrollments WHERE course_id = $1 GROUP BY status', [
        courseId,
      ]),
    ).toEqual([{ status: 'ACTIVE', count: 1 }]);
    const sold = await school.sql(
      `SELECT 1 FROM ledger_entries e JOIN payments p ON p.id = e.object_id WHERE p.user_id = $1 AND e.kind = 'course.sold'`,
      [buyer.id],
    );
    expect(sold).toHaveLength(1);
  });

  it('19. a key that Stripe holds for other parameters is no refusal: the refund that was made is found', async () => {
    const sale = await desk.buy();
    const message = 'Keys for idempotent requests can only be used with the same parameters they were first used with.';
    stripe().intercept({ method: 'POST', path: '/v1/refunds', times: 1 }, async (_, proceed) => {
      await proceed();
      return answerWith(400, { error: { message, type: 'idempotency_error' } })(_, proceed, Promise.resolve());
    });
    const answer = await desk.refund(sale);
    expect([answer.status, answer.body.status]).toEqual([200, 'PENDING']);
    await desk.later();
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 10_000]]);
    expect(await desk.entries(sale)).toEqual([...once, 'refund.asked', 'refund.done'].toSorted());
    expect(desk.chargesOf(sale.intent)).toMatchObject([{ amount_refunded: 10_000 }]);
    expect(stripe().account.store.refunds.filter((one) => one.payment_intent === sale.intent)).toHaveLength(1);
  });
});
