import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InitiatedPaymentDto } from '../src/payments/checkout/initiate.dto.js';
import type { Refusal } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { freshPhone, MpesaDesk } from './support/mpesa-desk.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* The short ways to begin a payment, and the phones that can be rung. */

let school: School;
let desk: MpesaDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new MpesaDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const course = async () => (await school.course({ price: 250_000, currency: 'KES' })).id;
type Initiated = InitiatedPaymentDto & Refusal;

describe('POST /payments/initiate', () => {
  it('with mpesa rings the phone, and answers what to look at', async () => {
    const [buyer, courseId, phone] = [await person(school), await course(), freshPhone()];
    const body = { courseId, provider: 'mpesa', phoneOrEmail: `+${phone}`, country: 'US' };
    const answer = await school.post<Initiated>('/payments/initiate', body, buyer.token);
    const { sessionId, ...rest } = expectStatus(201, answer);
    expect(rest).toEqual({ paymentUrl: null, status: 'PENDING' });
    expect(desk.rings(phone)).toBe(1);
    mpesa().accept(mpesa().ringing(phone)!.checkoutRequestId);
    await school.quiet();
    expect(await desk.traces({ sessionId })).toMatchObject({ session: 'COMPLETED', entries: ['course.sold'] });
    expect(await desk.hasCourse({ buyer, courseId })).toBe(true);
  });

  it('with stripe sends the buyer to a page, whatever stands in phoneOrEmail', async () => {
    const body = { courseId: (await school.course()).id, provider: 'stripe', phoneOrEmail: 'juma@example.com' };
    const answer = await school.post<Initiated>('/payments/initiate', body, (await person(school)).token);
    const { sessionId, ...rest } = expectStatus(201, answer);
    expect(sessionId).toMatch(/^ps_/);
    expect(rest).toEqual({ paymentUrl: expect.stringMatching(/^http/), status: 'PENDING' });
  });

  it('prices what is sold in several currencies in the one that is taken, and says so when it is not among them', async () => {
    const prices = [{ currency: 'KES', amount: 649_000 }];
    const [sold, other] = await Promise.all([school.course({ prices }), school.course()]);
    const phone = freshPhone();
    const ask = async ({ id: courseId }: { id: string }) =>
      school.post<Initiated>(
        '/payments/initiate',
        { courseId, provider: 'mpesa', phoneOrEmail: phone, country: 'US' },
        (await person(school)).token,
      );
    expectStatus(201, await ask(sold));
    expect(mpesa().ringing(phone)).toMatchObject({ amount: 6_490 });
    expect((await ask(other)).body).toMatchObject({ status: 400, code: 'CURRENCY_NOT_OFFERED' });
    expect(desk.rings(phone)).toBe(1);
  });

  it('keeps its Idempotency-Key', async () => {
    const [buyer, phone] = [await person(school), freshPhone()];
    const body = { courseId: await course(), provider: 'mpesa', phoneOrEmail: phone };
    const ask = () => school.post<Initiated>('/payments/initiate', body, buyer.token, { 'idempotency-key': 'once' });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.body, desk.rings(phone)]).toEqual([201, first.body, 1]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it.each([
    ['nobody', undefined, 401],
    ['an unknown way to pay', 'cash', 400],
  ])('refuses %s', async (_, provider, status) => {
    const body = { courseId: await course(), provider: provider ?? 'mpesa', phoneOrEmail: freshPhone() };
    const token = provider && (await person(school)).token;
    expect((await school.post('/payments/initiate', body, token)).status).toBe(status);
    expect(desk.rings(body.phoneOrEmail)).toBe(0);
  });

  it('is for students: whoever is none is refused', async () => {
    const who = await person(school);
    await school.sql(`UPDATE users SET roles = '{INSTRUCTOR}' WHERE id = $1`, [who.id]);
    const body = { courseId: await course(), provider: 'mpesa', phoneOrEmail: freshPhone() };
    expect((await school.post('/payments/initiate', body, who.token)).status).toBe(403);
    // S4's route is for anybody who is signed in.
    const { phoneOrEmail: phone, ...rest } = body;
    expect((await school.post('/finance/payments/initiate', { ...rest, phone }, who.token)).status).toBe(201);
    expect(desk.rings(phone)).toBe(1);
  });
});

describe('POST /finance/payments/initiate', () => {
  it('with mpesa rings the phone', async () => {
    const [buyer, courseId, phone] = [await person(school), await course(), freshPhone()];
    const body = { courseId, provider: 'mpesa', phone };
    const { paymentUrl, status } = expectStatus(
      201,
      await school.post<Initiated>('/finance/payments/initiate', body, buyer.token),
    );
    expect([paymentUrl, status, desk.rings(phone)]).toEqual([null, 'PENDING', 1]);
  });
});

describe('a phone that cannot be rung', () => {
  const routes = [
    ['/payments/sessions', 'MPESA', 'phone'],
    ['/payments/initiate', 'mpesa', 'phoneOrEmail'],
    ['/finance/payments/initiate', 'mpesa', 'phone'],
  ] as const;
  it.each(routes)('is refused by %s, named, and nothing is kept of it', async (path, provider, field) => {
    const [buyer, courseId] = [await person(school), await course()];
    const pushes = mpesa().pushes().length;
    for (const phone of [
      '020 2345678',
      '+255712345678',
      '071234567',
      '0712ABCDEF',
      'juma@example.com',
      '',
      undefined,
    ]) {
      const body = { courseId, provider, [field]: phone };
      const answer = await school.post<Refusal>(path, body, buyer.token);
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ pointer: `#/${field}` }]);
    }
    expect(mpesa().pushes()).toHaveLength(pushes);
    expect(await school.sql('SELECT 1 FROM payment_sessions WHERE item_id = $1', [courseId])).toEqual([]);
  });

  it('is rung in whatever form it is written', async () => {
    for (const [given, written] of [
      ['0722 000 001', '254722000001'],
      ['+254 (0) 722-000-002', '254722000002'],
      ['00254110000003', '254110000003'],
    ] as const) {
      const { answer } = await desk.ask({ phone: given });
      expectStatus(201, answer);
      expect(desk.rings(written)).toBe(1);
    }
  });
});
