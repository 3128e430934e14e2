import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../test/support/app.js';
import { keepBooks } from '../../test/support/keep-books.js';
import { sql } from '../../test/support/people.js';
import { inTransaction } from '../platform/database/index.js';
import { Money } from '../platform/money/index.js';
import { accounts, credit, debit, type NewEntry, PlaceHold, PostEntry, ResolveHold } from './index.js';

/* Money set aside, and what becomes of it, by the operations that features call. */

let app: TestApp;
let placeHold: PlaceHold;
let resolveHold: ResolveHold;
let postEntry: PostEntry;
let wallet: ReturnType<typeof accounts.wallet>;
let number = 0;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  placeHold = app.app.get(PlaceHold);
  resolveHold = app.app.get(ResolveHold);
  postEntry = app.app.get(PostEntry);
});
afterAll(() => app.close());
beforeEach(() => {
  number += 1;
  wallet = accounts.wallet(`usr_holder_${number}`);
});
keepBooks(() => app);

const usd = (minor: number) => Money.of(minor, 'USD');
const entry = (kind: string, legs: NewEntry['legs'], reference = `${kind}:${(number += 1)}`): NewEntry => ({
  kind,
  reference,
  object: { type: 'test', id: 'holds' },
  effectiveAt: app.clock.now(),
  actor: 'system',
  legs,
});
const topUp = (amount: number) =>
  postEntry.execute(entry('top-up', [debit(accounts.provider('STRIPE'), usd(amount)), credit(wallet, usd(amount))]));
const paying = (amount: number, reference?: string) =>
  entry('seat', [debit(wallet, usd(amount)), credit(accounts.revenue('sessions'), usd(amount))], reference);
const place = (amount: number, reference = `booking:${(number += 1)}`) =>
  placeHold.execute(wallet, usd(amount), reference);

async function state(): Promise<{ balance: number; held: number }> {
  const [row] = await sql<{ balance: number; held: number }>(
    app.database,
    'SELECT balance::int, held::int FROM ledger_accounts WHERE code = $1',
    [wallet.code],
  );
  return row!;
}

async function hold(id: string): Promise<object> {
  const [row] = await sql(
    app.database,
    'SELECT status, captured_amount::int AS captured, resolved_at IS NOT NULL AS over FROM ledger_holds WHERE id = $1',
    [id],
  );
  return row!;
}

/** How many entries moved money out of the wallet. */
async function spends(): Promise<number> {
  const [row] = await sql<{ count: number }>(
    app.database,
    `SELECT count(*)::int FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
     WHERE a.code = $1 AND p.amount > 0`,
    [wallet.code],
  );
  return row!.count;
}

const open = { status: 'OPEN', captured: null, over: false };
const released = { status: 'RELEASED', captured: null, over: true };
const captured = (amount: number) => ({ status: 'CAPTURED', captured: amount, over: true });

describe('a hold', () => {
  it('sets money aside without moving it', async () => {
    await topUp(500);
    expect(await hold(await place(300))).toEqual(open);
    expect(await state()).toEqual({ balance: 500, held: 300 });
    expect(await spends()).toBe(0);
  });

  it('is refused beyond what is available, and sets nothing aside', async () => {
    await topUp(500);
    await place(300);
    await expect(place(201)).rejects.toMatchObject({ rule: 'insufficient' });
    await expect(postEntry.execute(paying(201))).rejects.toMatchObject({ rule: 'insufficient' });
    expect(await state()).toEqual({ balance: 500, held: 300 });
    await place(200);
    expect(await state()).toEqual({ balance: 500, held: 500 });
  });

  it('is refused where nothing was ever paid in: in another currency, or on an account that keeps no balance', async () => {
    await expect(place(1)).rejects.toMatchObject({ rule: 'noAccount' });
    await topUp(500);
    await expect(placeHold.execute(wallet, Money.of(1, 'EUR'), 'euro')).rejects.toMatchObject({ rule: 'noAccount' });
    await expect(placeHold.execute(accounts.provider('STRIPE'), usd(1), 'loose')).rejects.toMatchObject({
      rule: 'noAccount',
    });
  });

  it('is not of nothing, nor of less', async () => {
    await topUp(500);
    await expect(place(0)).rejects.toThrow('ledger_holds_amount');
    await expect(place(-1)).rejects.toThrow('ledger_holds_amount');
    expect(await state()).toEqual({ balance: 500, held: 0 });
  });

  it('stands once per reference, also when 50 ask at once, and another amount under it is refused', async () => {
    await topUp(500);
    const ids = await Promise.all(Array.from({ length: 50 }, () => place(300, `once:${wallet.code}`)));
    expect(new Set(ids).size).toBe(1);
    expect(await state()).toEqual({ balance: 500, held: 300 });
    await expect(place(100, `once:${wallet.code}`)).rejects.toMatchObject({ rule: 'otherContent' });
  });

  it('is placed on a wallet that bears 37 of them by exactly 37 of 100 who try at once', async () => {
    await topUp(37 * 100 + 99);
    const attempts = await Promise.allSettled(Array.from({ length: 100 }, () => place(100)));
    const refusals = attempts.filter((attempt) => attempt.status === 'rejected');
    expect(attempts.length - refusals.length).toBe(37);
    for (const { reason } of refusals) expect(reason).toMatchObject({ rule: 'insufficient' });
    expect(await state()).toEqual({ balance: 3799, held: 3700 });
  });
});

describe('a capture', () => {
  it('takes the whole hold by its entry', async () => {
    await topUp(500);
    const id = await place(300);
    expect(await resolveHold.capture(id, usd(300), paying(300))).toBe(true);
    expect(await hold(id)).toEqual(captured(300));
    expect(await state()).toEqual({ balance: 200, held: 0 });
  });

  it('takes a part and releases the rest with it', async () => {
    await topUp(300);
    const id = await place(300);
    expect(await resolveHold.capture(id, usd(100), paying(100))).toBe(true);
    expect(await hold(id)).toEqual(captured(100));
    expect(await state()).toEqual({ balance: 200, held: 0 });
  });

  it('of nothing is a release', async () => {
    await topUp(300);
    const id = await place(300);
    expect(await resolveHold.capture(id, usd(0), paying(0))).toBe(true);
    expect(await hold(id)).toEqual(released);
    expect(await state()).toEqual({ balance: 300, held: 0 });
  });

  it('of a hold that does not exist answers false and posts nothing', async () => {
    await topUp(300);
    expect(await resolveHold.capture('hld_none', usd(300), paying(300))).toBe(false);
    expect(await resolveHold.release('hld_none')).toBe(false);
    expect(await state()).toEqual({ balance: 300, held: 0 });
  });

  const sessions = accounts.revenue('sessions');
  const provider = accounts.provider('STRIPE');
  it.each<[string, Money, () => NewEntry['legs'], object]>([
    ['does not balance', usd(100), () => [debit(wallet, usd(100)), credit(sessions, usd(99))], { rule: 'unbalanced' }],
    ['takes more than was held', usd(301), () => paying(301).legs, { rule: 'moreThanHeld' }],
    ['takes less than nothing', usd(-1), () => paying(-1).legs, { rule: 'moreThanHeld' }],
    ['takes another amount', usd(100), () => paying(250).legs, { message: expect.stringContaining('by 250') }],
    [
      'takes it from another account',
      usd(100),
      () => [debit(provider, usd(100)), credit(sessions, usd(100))],
      { message: expect.stringContaining('by 0') },
    ],
    [
      'is in another currency',
      Money.of(100, 'EUR'),
      () => [debit(wallet, usd(100)), credit(sessions, usd(100))],
      { message: expect.stringContaining('1.00 EUR') },
    ],
  ])('whose entry %s leaves the hold open and nothing moved', async (_what, amount, legs, refusal) => {
    await topUp(500);
    const id = await place(300);
    await expect(resolveHold.capture(id, amount, entry('seat', legs()))).rejects.toMatchObject(refusal);
    expect(await hold(id)).toEqual(open);
    expect(await state()).toEqual({ balance: 500, held: 300 });
    expect(await resolveHold.capture(id, usd(300), paying(300))).toBe(true);
  });

  it('whose entry has been posted before is refused, as it would take nothing', async () => {
    await topUp(500);
    const [first, second] = [await place(100), await place(100)];
    const reference = `taken:${wallet.code}`;
    expect(await resolveHold.capture(first, usd(100), paying(100, reference))).toBe(true);
    await expect(resolveHold.capture(second, usd(100), paying(100, reference))).rejects.toMatchObject({
      rule: 'alreadyPosted',
    });
    await expect(resolveHold.capture(second, usd(50), paying(50, reference))).rejects.toMatchObject({
      rule: 'otherContent',
    });
    expect(await hold(second)).toEqual(open);
    expect(await state()).toEqual({ balance: 400, held: 100 });
  });

  it('undone with the transaction around it leaves the hold open', async () => {
    await topUp(500);
    const id = await place(300);
    const attempt = inTransaction(async () => {
      expect(await resolveHold.capture(id, usd(300), paying(300))).toBe(true);
      throw new Error('what came after it failed');
    });
    await expect(attempt).rejects.toThrow('what came after it failed');
    expect(await hold(id)).toEqual(open);
    expect(await state()).toEqual({ balance: 500, held: 300 });
  });

  it('by 200 at once happens once: one true, one entry, the money taken once', async () => {
    await topUp(1000);
    const id = await place(300);
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => resolveHold.capture(id, usd(200), paying(200))),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await spends()).toBe(1);
    expect(await hold(id)).toEqual(captured(200));
    expect(await state()).toEqual({ balance: 800, held: 0 });
  });

  it('and a release at once: one of them wins, every time', async () => {
    await topUp(1000);
    let taken = 0;
    for (let round = 0; round < 20; round += 1) {
      const id = await place(10);
      const capturing = () => resolveHold.capture(id, usd(10), paying(10));
      const releasing = () => resolveHold.release(id);
      const [first, second] = await Promise.all(
        round % 2 === 0 ? [capturing(), releasing()] : [releasing(), capturing()],
      );
      expect(first).not.toBe(second);
      const won = round % 2 === 0 ? first : second;
      if (won) taken += 1;
      expect(await hold(id)).toEqual(won ? captured(10) : released);
    }
    expect(await spends()).toBe(taken);
    expect(await state()).toEqual({ balance: 1000 - 10 * taken, held: 0 });
  });

  it('finds the money that it held, though all the rest is spent meanwhile', async () => {
    await topUp(500);
    const id = await place(300);
    const spending = await Promise.allSettled(Array.from({ length: 30 }, () => postEntry.execute(paying(10))));
    expect(spending.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(await resolveHold.capture(id, usd(300), paying(300))).toBe(true);
    expect(await state()).toEqual({ balance: 0, held: 0 });
  });
});
