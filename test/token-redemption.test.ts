import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatementDto, WalletDto } from '../src/finance/wallets/wallets.dto.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { keepBooks } from './support/keep-books.js';
import type { Refusal } from './support/learning-desk.js';
import { type Person, person } from './support/people.js';
import { ReportDesk } from './support/report-desk.js';
import { expectStatus, type School } from './support/school.js';
import { TokenDesk } from './support/token-desk.js';

/* What tokens are turned into, and that they are turned into it once. */

let desk: TokenDesk;
let school: School;
beforeAll(async () => {
  desk = await TokenDesk.open();
  ({ school } = desk);
}, 60_000);
afterAll(() => school.close());
keepBooks(() => school);

const credit = { into: 'WALLET', currency: 'USD', tokens: 100 };
const tenOff = { into: 'COUPON', couponOffer: 'TEN_OFF' };
const CODE = /^TKN(-[0-9A-HJKMNP-TW-Z]{4}){3}$/;

/** What is in a wallet, by currency. */
async function wallet(who: Person): Promise<Record<string, number>> {
  const { balances } = expectStatus(200, await school.get<WalletDto>('/finance/wallets/me', who.token));
  return Object.fromEntries(balances.map(({ currency, balance }) => [currency, balance]));
}

const buy = (who: Person, couponCode: string, courseId: string) =>
  school.post<CreatedSessionDto & Refusal>('/payments/sessions', { courseId, couponCode }, who.token);

describe('into the wallet', () => {
  it('tokens become credit that can be spent, with its entry and in the statement', async () => {
    const who = await desk.rich(1000);
    const { transaction, balance } = await desk.redeemed(who, { ...credit, currency: 'usd', tokens: 300 });
    const redemption = { into: 'WALLET', amount: 450, currency: 'USD', couponCode: null, validUntil: null };
    expect([transaction, balance]).toEqual([
      {
        ...{ id: expect.stringMatching(/^tkn_/), createdAt: expect.any(String), sequence: 2, type: 'REDEEM' },
        ...{ amount: -300, balance: 700, reason: 'Credit of 4.50 USD', redemption },
      },
      700,
    ]);
    await desk.redeemed(who, { ...credit, currency: 'EUR', tokens: 150 });
    expect(await wallet(who)).toEqual({ USD: 450, EUR: 135 });
    const statement = await school.get<StatementDto>('/finance/wallets/me/statement?currency=USD', who.token);
    expect(statement.body.data).toMatchObject([
      { kind: 'tokens.redeemed', objectType: 'token-transaction', objectId: transaction.id, amount: 450 },
    ]);
    const legs = await school.sql(
      `SELECT e.reference, e.actor, a.code, p.amount::int FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id
         JOIN ledger_accounts a ON a.id = p.account_id WHERE e.object_id = $1 ORDER BY a.code`,
      [transaction.id],
    );
    const entry = { reference: `${transaction.id}:redeemed`, actor: who.id };
    expect(legs).toEqual([
      { ...entry, code: 'expense:rewards', amount: 450 },
      { ...entry, code: `liability:wallet:${who.id}`, amount: -450 },
    ]);
    expect((await desk.history(who)).data[1]).toEqual(transaction);
    const { id } = await school.course({ price: 400 });
    expectStatus(201, await school.post('/payments/sessions', { courseId: id, provider: 'WALLET' }, who.token));
    expect((await wallet(who)).USD).toBe(50);
  });
});

describe('into a coupon', () => {
  it('tokens become a code that takes its discount off one purchase, whoever has it, and is in the history', async () => {
    const [who, friend] = [await desk.rich(1000), await person(school)];
    const { transaction, balance } = await desk.redeemed(who, tenOff);
    expect(balance).toBe(700);
    const code = transaction.redemption!.couponCode!;
    expect(transaction).toMatchObject({ type: 'REDEEM', amount: -300, reason: 'Coupon: Ten off' });
    expect(transaction.redemption).toEqual({
      ...{ into: 'COUPON', amount: null, currency: null },
      ...{ couponCode: expect.stringMatching(CODE), validUntil: expect.any(String) },
    });
    expect((await desk.history(who)).data[0]).toEqual(transaction);
    expect((await desk.history(friend)).data).toEqual([]);
    expect(await wallet(who)).toEqual({});

    const { id } = await school.course({ price: 10_000 });
    const { session } = expectStatus(201, await buy(friend, code.toLowerCase(), id));
    expect(session).toMatchObject({ amount: 10_000, discountAmount: 1000, finalAmount: 9000 });
    school.sandbox.stripe.pay(session.providerReference!);
    await school.quiet();
    const another = await school.course({ price: 10_000 });
    for (const buyer of [who, friend]) {
      const refused = await buy(buyer, code, another.id);
      expect([refused.status, refused.body.code]).toEqual([400, 'COUPON_USED_UP']);
    }
  });

  it('which nobody sees in a list, is for prices as offered, and ends', async () => {
    const who = await desk.rich(1000);
    const { transaction } = await desk.redeemed(who, { ...tenOff, couponOffer: 'FIVE_OFF' });
    const { couponCode, validUntil } = transaction.redemption!;
    const days = (new Date(validUntil!).getTime() - new Date(transaction.createdAt).getTime()) / 86_400_000;
    expect(days).toBeCloseTo(7, 3);
    const { body } = await school.get<{ data: unknown[] }>('/payments/coupons/active', who.token);
    expect(body.data).toEqual([]);
    const [cheap, dear] = [await school.course({ price: 1999 }), await school.course({ price: 2000 })];
    expect((await buy(who, couponCode!, cheap.id)).body.code).toBe('COUPON_MINIMUM_AMOUNT');
    const session = expectStatus(201, await buy(who, couponCode!, dear.id)).session;
    expect([session.discountAmount, session.finalAmount]).toEqual([500, 1500]);
    const late = (await desk.redeemed(who, tenOff)).transaction.redemption!;
    await school.sql('UPDATE coupons SET valid_until = $2 WHERE code = $1', [late.couponCode, school.clock.now()]);
    expect((await buy(who, late.couponCode!, dear.id)).body.code).toBe('COUPON_EXPIRED');
  });

  it('whose purchase is undone can be used again', async () => {
    const who = await desk.rich(300);
    const { couponCode } = (await desk.redeemed(who, tenOff)).transaction.redemption!;
    const { session } = expectStatus(201, await buy(who, couponCode!, (await school.course()).id));
    school.sandbox.stripe.pay(session.providerReference!);
    await school.quiet();
    const refund = { paymentId: session.paymentId, reason: 'The course was withdrawn' };
    expectStatus(200, await school.post('/payments/refund', refund, school.admin.token));
    await school.quiet();
    expectStatus(201, await buy(who, couponCode!, (await school.course()).id));
  });
});

describe('many at once', () => {
  it('200 redemptions succeed as often as there are tokens for, and never below zero', async () => {
    const who = await desk.rich(7399);
    const answers = await Promise.all(Array.from({ length: 200 }, () => desk.redeem(who, credit)));
    const done = answers.filter(({ status }) => status === 201);
    expect(done).toHaveLength(73);
    for (const { status, body } of answers.filter((answer) => !done.includes(answer)))
      expect([status, body.code]).toEqual([400, 'INSUFFICIENT_TOKENS']);
    expect(await desk.balance(who)).toBe(99);
    expect(await wallet(who)).toEqual({ USD: 73 * 150 });
    const left = done.map(({ body }) => body.balance).toSorted((a, b) => b - a);
    expect(left).toEqual(Array.from({ length: 73 }, (_, index) => 7399 - 100 * (index + 1)));
  });

  it('into coupons and credit, while more come in, come to what there was', async () => {
    const who = await desk.rich(3000);
    const [coupons, credits, awards] = await Promise.all([
      Promise.all(Array.from({ length: 30 }, () => desk.redeem(who, tenOff))),
      Promise.all(Array.from({ length: 30 }, () => desk.redeem(who, { ...credit, currency: 'EUR' }))),
      Promise.all(Array.from({ length: 10 }, () => desk.award({ userId: who.id, amount: 7 }))),
    ]);
    const did = (answers: readonly { status: number }[]) => answers.filter(({ status }) => status === 201).length;
    expect(did(awards)).toBe(10);
    const balance = await desk.balance(who);
    expect(balance).toBe(3070 - 300 * did(coupons) - 100 * did(credits));
    expect(balance).toBeGreaterThanOrEqual(0);
    expect((await wallet(who)).EUR ?? 0).toBe(90 * did(credits));
    const codes = coupons.flatMap(({ body, status }) =>
      status === 201 ? [body.transaction.redemption!.couponCode] : [],
    );
    expect(new Set(codes).size).toBe(did(coupons));
    expect(did(coupons) + did(credits)).toBeGreaterThanOrEqual(10);
  });

  it('under one key are one, and the same under it later; under another it is another', async () => {
    const who = await desk.rich(1000);
    const headers = { 'idempotency-key': 'the-same' };
    for (const [wish, left] of [
      [tenOff, 700],
      [credit, 600],
    ] as const) {
      const key = { 'idempotency-key': `of ${wish.into}` };
      const answers = await Promise.all(Array.from({ length: 20 }, () => desk.redeemed(who, wish, key)));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await desk.redeemed(who, wish, key)).toEqual(answers[0]);
      expect(await desk.balance(who)).toBe(left);
    }
    const first = await desk.redeemed(who, credit, headers);
    const reused = await desk.redeem(who, tenOff, headers);
    expect([reused.status, reused.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    // As if the process had died after the commit, before it could keep its answer.
    await school.sql(
      `UPDATE idempotency_keys SET status_code = NULL, body = NULL, lease_until = $2 WHERE key = 'the-same' AND user_id = $1`,
      [who.id, school.clock.in(-1)],
    );
    expect(await desk.redeemed(who, credit, headers)).toEqual(first);
    expect([await desk.balance(who), await wallet(who)]).toEqual([500, { USD: 300 }]);
  });
});

describe('refused, and nothing is changed:', () => {
  it.each<[string, string, string[], object]>([
    ['more than there are', 'INSUFFICIENT_TOKENS', [], { ...credit, tokens: 600 }],
    ['a coupon that is too dear', 'INSUFFICIENT_TOKENS', [], { into: 'COUPON', couponOffer: 'DEAR' }],
    ['a currency without a rate', 'NO_SUCH_REWARD', [], { ...credit, currency: 'KES' }],
    ['a coupon that is not offered', 'NO_SUCH_REWARD', [], { ...tenOff, couponOffer: 'HALF_OFF' }],
    ['not a multiple', 'VALIDATION_FAILED', ['#/tokens'], { ...credit, tokens: 150 }],
    ['nothing', 'VALIDATION_FAILED', ['#/tokens'], { ...credit, tokens: 0 }],
    ['less than nothing', 'VALIDATION_FAILED', ['#/tokens'], { ...credit, tokens: -100 }],
    ['half a token', 'VALIDATION_FAILED', ['#/tokens'], { ...credit, tokens: 100.5 }],
    ['more than can be counted', 'VALIDATION_FAILED', ['#/tokens'], { ...credit, tokens: 1e12 }],
    ['no such currency', 'VALIDATION_FAILED', ['#/currency'], { ...credit, currency: 'XXZ' }],
    ['credit of what and how much', 'VALIDATION_FAILED', ['#/currency', '#/tokens'], { into: 'WALLET' }],
    ['a coupon that is not said', 'VALIDATION_FAILED', ['#/couponOffer'], { into: 'COUPON' }],
    ['both', 'VALIDATION_FAILED', ['#/couponOffer'], { ...credit, couponOffer: 'TEN_OFF' }],
    ['a coupon at a price of one’s own', 'VALIDATION_FAILED', ['#/tokens'], { ...tenOff, tokens: 1 }],
    ['into something else', 'VALIDATION_FAILED', ['#/into'], { ...credit, into: 'CASH' }],
    ['somebody else’s', 'VALIDATION_FAILED', ['#/userId'], { ...credit, userId: 'usr_1' }],
  ])('%s', async (_, code, expected, wish) => {
    const who = await desk.rich(500);
    const before = await desk.standing(who);
    const { status, body } = await desk.redeem(who, { ...wish });
    const pointers = new Set(body.errors?.map(({ pointer }) => pointer));
    expect([status, body.code, [...pointers]]).toEqual([400, code, expected]);
    expect(await desk.standing(who)).toEqual(before);
  });

  it('by who has never had any', async () => {
    const who = await person(school);
    const before = await desk.standing(who);
    expect((await desk.redeem(who, tenOff)).body.code).toBe('INSUFFICIENT_TOKENS');
    expect(await desk.standing(who)).toEqual(before);
  });
});

it('the owner sees what was awarded and redeemed, and what it became in wallets', async () => {
  const reports = new ReportDesk(school);
  const figures = async () => {
    const rows = await reports.rowsOf<{ measure: string; currency: string | null; value: number }>('measures');
    const value = (measure: string, currency: string | null = null) =>
      rows.find((row) => row.measure === measure && row.currency === currency)?.value ?? 0;
    const credited = ['USD', 'EUR'].map((currency) => value('tokens-credited', currency));
    return [value('tokens-awarded'), value('tokens-redeemed'), ...credited];
  };
  const before = await figures();
  const who = await desk.rich(1000);
  await desk.award({ userId: who.id, amount: -1 });
  await desk.redeemed(who, tenOff);
  await desk.redeemed(who, credit);
  await desk.redeemed(who, { ...credit, currency: 'EUR' });
  const more = (await figures()).map((figure, index) => figure - before[index]!);
  expect(more).toEqual([1000, 500, 150, 90]);
});
