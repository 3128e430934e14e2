import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EarningsDto } from '../src/finance/earnings/earnings.dto.js';
import { Sweeps } from '../src/platform/jobs/index.js';
import { Desk } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { type PortalRow, portalStatement } from './support/mpesa-statement.js';
import { Payee, payoutRow } from './support/payee.js';
import { agreed, ReconciliationDesk } from './support/reconciliation-desk.js';
import { openSchool, type School } from './support/school.js';

/* What was paid to instructors is on the providers' statements too: a transfer, a row with its receipt, and what came back of either. */

const HOUR = 3600;
let school: School;
let desk: Desk;
let stripeStatement: ReconciliationDesk;
let mpesaStatement: ReconciliationDesk;
/** All rows of M-Pesa's statement so far. */
const rows: PortalRow[] = [];

beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', PAYOUT_APPROVAL_ABOVE: 'USD:10000,KES:1000000' });
  desk = new Desk(school);
  stripeStatement = new ReconciliationDesk(school);
  mpesaStatement = new ReconciliationDesk(school, 'MPESA');
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
const mpesa = () => school.sandbox.mpesa;
const lines = () => stripe().account.store.balanceTransactions;
const lineOf = (transfer: string) => lines().filter(({ source }) => source === transfer)[0]!;
const asked = () => school.app.get(Sweeps).settle();
const earnings = async ({ token }: Payee['person']) =>
  (await school.get<EarningsDto>('/finance/earnings', token)).body.currencies[0];

async function paidByStripe(): Promise<{ payee: Payee; transfer: string; amount: number }> {
  const payee = await Payee.atStripe(school, desk);
  const { externalId, amount, status } = await payee.payOut();
  expect(status).toBe('PAID');
  return { payee, transfer: externalId!, amount };
}

describe('transfers of Stripe', () => {
  it('are matched by the payouts that they are, and by what came back of them', async () => {
    await paidByStripe();
    const { payee, transfer } = await paidByStripe();
    const { transfer: inParts, amount } = await paidByStripe();
    stripe().connect.reverse(transfer);
    stripe().connect.reverse(inParts, amount - 100);
    stripe().connect.reverse(inParts);
    await desk.quiet();
    expect(await stripeStatement.run()).toMatchObject({ found: 0 });
    expect(await stripeStatement.totals()).toEqual({ USD: agreed });
    expect(await earnings(payee.person)).toMatchObject({ paidOut: 0 });
  });

  it('missing here: made by hand in the dashboard', async () => {
    const { transfer } = await paidByStripe();
    const line = lineOf(transfer);
    lines().put({ ...line, id: 'txn_by_hand', source: 'tr_by_hand', amount: -333, net: -333 });
    expect(await stripeStatement.run()).toMatchObject({ found: 1, opened: 1 });
    expect(await stripeStatement.only()).toMatchObject({
      ...{ kind: 'MISSING_HERE', matter: 'PAYOUT', reference: 'tr_by_hand', proposedAction: 'BOOK_UNIDENTIFIED' },
      sums: [{ currency: 'USD', stated: -333, booked: 0 }],
    });
    expect(await desk.moved(() => stripeStatement.resolved())).toEqual({
      'asset:provider:stripe USD': -333,
      'liability:unidentified:stripe USD': -333,
    });
    expect(await stripeStatement.run()).toMatchObject({ found: 0 });
  });

  it('missing there, and another amount', async () => {
    const [{ transfer: there, amount }, { transfer: other }] = [await paidByStripe(), await paidByStripe()];
    lines().delete(lineOf(there).id);
    lines().update(lineOf(other).id, { amount: -amount + 1, net: -amount + 1 });
    await stripeStatement.run();
    expect(await stripeStatement.found()).toEqual([
      `AMOUNT PAYOUT USD ${1 - amount}/${-amount}`,
      `MISSING_THERE PAYOUT USD 0/${-amount}`,
    ]);
    for (const { id, kind, proposedAction } of await stripeStatement.open()) {
      expect(proposedAction).toBe(kind === 'AMOUNT' ? 'BOOK_DIFFERENCE' : 'WAIT');
      await stripeStatement.resolve(id, kind === 'AMOUNT' ? 'BOOK_DIFFERENCE' : 'WRITE_OFF');
    }
    expect(await stripeStatement.run()).toMatchObject({ found: 0 });
  });

  it('one that came back unheard is given back to the instructor', async () => {
    const { payee, transfer, amount } = await paidByStripe();
    stripe().pauseWebhooks();
    stripe().connect.reverse(transfer);
    await stripeStatement.run();
    expect(await stripeStatement.only()).toMatchObject({
      ...{ kind: 'MISSING_HERE', matter: 'PAYOUT', reference: transfer, proposedAction: 'RETURN_PAYOUT' },
      sums: [{ stated: 0, booked: -amount }],
    });
    expect(await desk.moved(() => stripeStatement.resolved())).toEqual({
      'asset:provider:stripe USD': amount,
      // The instructor's, as a person's accounts are called here.
      'liability:earnings:buyer USD': amount,
    });
    expect(await earnings(payee.person)).toMatchObject({ available: amount, paidOut: 0 });
    // The webhook comes at last, and changes nothing.
    expect(
      await desk.moved(async () => {
        stripe().resumeWebhooks();
        await desk.quiet();
      }),
    ).toEqual({});
    expect(await stripeStatement.run()).toMatchObject({ found: 0 });
  });

  it('what came back in part is for a person to decide', async () => {
    const { transfer, amount } = await paidByStripe();
    stripe().connect.reverse(transfer, 100);
    await desk.quiet();
    await stripeStatement.run();
    expect(await stripeStatement.only()).toMatchObject({
      ...{ kind: 'MISSING_HERE', reference: transfer, proposedAction: 'BOOK_UNIDENTIFIED' },
      sums: [{ stated: 100 - amount, booked: -amount }],
    });
    await stripeStatement.resolved();
    expect(await stripeStatement.run()).toMatchObject({ found: 0 });
  });
});

describe('payouts to phones', () => {
  it('are matched by their receipts, with what M-Pesa charges for them', async () => {
    const payee = await Payee.atMpesa(school, desk);
    const { amount } = await payee.payOut();
    await school.quiet();
    const { receipt } = mpesa().disbursements().at(-1)!;
    rows.push(payoutRow(receipt!, amount), payoutRow(receipt!, 1_500, 'Business Payment Charge'));
    const moved = await desk.moved(async () => {
      expect(await mpesaStatement.import(portalStatement(rows))).toMatchObject({ newLines: 2, found: 0 });
    });
    expect(moved).toEqual({ 'asset:provider:mpesa KES': -1_500, 'expense:provider-fees KES': 1_500 });
    expect(await mpesaStatement.totals()).toEqual({ KES: agreed });
  });

  it('on its way and not on the statement yet: nothing is found', async () => {
    const payee = await Payee.atMpesa(school, desk);
    mpesa().callbacks.pause();
    expect((await payee.payOut()).status).toBe('IN_TRANSIT');
    expect(await mpesaStatement.import(portalStatement(rows))).toMatchObject({ found: 0 });
    mpesa().callbacks.resume();
    await school.quiet();
    const { receipt, amount } = mpesa().disbursements().at(-1)!;
    rows.push(payoutRow(receipt!, amount * 100));
    expect(await mpesaStatement.import(portalStatement(rows))).toMatchObject({ newLines: 1, found: 0 });
  });

  it('on the statement and still on its way: found after an hour, asked about, and gone with the receipt that the records tell', async () => {
    const payee = await Payee.atMpesa(school, desk);
    mpesa().nextRequest('b2c', { endsIn: 'silence' });
    const { id, amount } = await payee.payOut();
    const { receipt } = mpesa().disbursements().at(-1)!;
    rows.push(payoutRow(receipt!, amount));
    const early = await mpesaStatement.offer(portalStatement(rows), { laterSeconds: HOUR / 2 });
    expect(early.body).toMatchObject({ newLines: 1, found: 0 });
    await mpesaStatement.import(portalStatement(rows));
    const found = await mpesaStatement.only();
    expect(found).toMatchObject({
      ...{ kind: 'MISSING_HERE', matter: 'PAYOUT', reference: receipt, proposedAction: 'ASK_PROVIDER' },
      sums: [{ currency: 'KES', stated: -amount, booked: 0 }],
    });
    await mpesaStatement.resolved();
    await asked();
    school.clock.advance(65);
    await asked();
    const [payout] = await school.sql('SELECT status, external_id FROM payouts WHERE id = $1', [id]);
    expect(payout).toEqual({ status: 'PAID', external_id: receipt });
    expect(await mpesaStatement.run()).toMatchObject({ found: 0, gone: 1 });
    expect(await mpesaStatement.totals()).toEqual({ KES: agreed });
  });

  it('missing here and there, another amount, and one that came back', async () => {
    const payouts = [];
    for (let one = 0; one < 3; one += 1) {
      const payee = await Payee.atMpesa(school, desk);
      const { amount } = await payee.payOut();
      await school.quiet();
      payouts.push({ payee, amount, receipt: mpesa().disbursements().at(-1)!.receipt! });
    }
    const [, other, back] = payouts;
    rows.push(
      payoutRow(other!.receipt, other!.amount - 100),
      payoutRow(back!.receipt, back!.amount),
      {
        ...payoutRow('SKL0RETURN', -back!.amount, 'Transaction Reversal'),
        linked: back!.receipt,
        details: 'Reversal of Business Payment',
      },
      payoutRow('SKL0BYHAND', 7_000),
    );
    const { amount } = other!;
    await mpesaStatement.import(portalStatement(rows));
    expect(await mpesaStatement.found()).toEqual([
      `AMOUNT PAYOUT KES ${100 - amount}/${-amount}`,
      'MISSING_HERE PAYOUT KES -7000/0',
      `MISSING_HERE PAYOUT KES 0/${-amount}`,
      `MISSING_THERE PAYOUT KES 0/${-amount}`,
    ]);
    for (const { id, proposedAction } of await mpesaStatement.open())
      await mpesaStatement.resolve(id, proposedAction === 'WAIT' ? 'WRITE_OFF' : proposedAction);
    expect(await earnings(back!.payee.person)).toMatchObject({ available: back!.amount, paidOut: 0 });
    expect(await mpesaStatement.run()).toMatchObject({ found: 0 });
    expect(await mpesaStatement.totals()).toEqual({ KES: agreed });
  });
});
