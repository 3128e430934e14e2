import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type Stripe from 'stripe';
import { Invariants } from '../../src/ledger/index.js';
import { Desk, feeOf, type Sale } from '../support/giving-back.js';
import { agreed, ReconciliationDesk } from '../support/reconciliation-desk.js';
import { openSchool, type School } from '../support/school.js';

/* Whatever happened, and whatever is wrong with the statement of it: exactly that is found, and resolving it leaves nothing. */

let school: School;
let desk: Desk;
let statement: ReconciliationDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new Desk(school);
  statement = new ReconciliationDesk(school);
});
afterAll(() => school.close());

const store = () => school.sandbox.stripe.account.store;
const change = (line: Stripe.BalanceTransaction, changes: Partial<Stripe.BalanceTransaction>) =>
  store().balanceTransactions.put({ ...line, ...changes });
const copy = (line: Stripe.BalanceTransaction, changes: Partial<Stripe.BalanceTransaction> = {}) =>
  change(line, { ...changes, id: `txn_copy${Math.random().toString(36).slice(2)}` });

/** What goes wrong with the line of a sale, and how that is found; `net` is what the books say of it. */
const faults = {
  none: () => [],
  missingThere: (line, net) => {
    store().balanceTransactions.delete(line.id);
    return [`MISSING_THERE CHARGE USD 0/${net}`];
  },
  missingHere: (line, net) => {
    copy(line, { source: `ch_${Math.random().toString(36).slice(2)}` });
    return [`MISSING_HERE CHARGE USD ${net}/0`];
  },
  amount: (line, net) => {
    change(line, { amount: line.amount + 7 });
    return [`AMOUNT CHARGE USD ${net + 7}/${net}`];
  },
  currency: (line, net) => {
    change(line, { currency: 'eur' });
    return [`CURRENCY CHARGE EUR ${net}/0 USD 0/${net}`];
  },
  duplicate: (line, net) => {
    copy(line);
    return [`DUPLICATE CHARGE USD ${2 * net}/${net}`];
  },
  fee: (line, net) => {
    change(line, { fee: line.fee + 3 });
    return [`FEE CHARGE USD ${net - 3}/${net}`];
  },
} satisfies Record<string, (line: Stripe.BalanceTransaction, net: number) => string[]>;

const after = {
  nothing: () => undefined,
  refund: async (sale) => void (await desk.refunded(sale, { amount: 300 })),
  failedRefund: async (sale) => {
    const { providerRefundId } = await desk.refunded(sale);
    school.sandbox.stripe.failRefund(providerRefundId!);
  },
  lostDispute: (sale) => void school.sandbox.stripe.loseDispute(school.sandbox.stripe.dispute(sale.intent).id),
  wonDispute: (sale) => void school.sandbox.stripe.winDispute(school.sandbox.stripe.dispute(sale.intent).id),
} satisfies Record<string, (sale: Sale) => unknown>;

const names = <T extends object>(of: T) => fc.constantFrom(...(Object.keys(of) as (keyof T)[]));
const stories = fc.array(
  fc.record({ price: fc.integer({ min: 1000, max: 90_000 }), then: names(after), fault: names(faults) }),
  { minLength: 1, maxLength: 4 },
);

it('what is planted is found, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const expected: string[] = [];
      for (const { price, then, fault } of story) {
        const sale = await desk.buy({ price });
        await after[then](sale);
        await desk.quiet();
        const charge = desk.chargesOf(sale.intent)[0]!;
        const [line] = store().balanceTransactions.filter(
          ({ source, type }) => source === charge.id && type === 'charge',
        );
        expected.push(...faults[fault](line!, price - feeOf(price)));
      }
      await statement.run();
      expect(await statement.found()).toEqual(expected.toSorted());
      for (const { id, proposedAction } of await statement.open())
        await statement.resolve(id, proposedAction === 'WAIT' ? 'WRITE_OFF' : proposedAction);
      expect(await statement.run()).toMatchObject({ found: 0 });
      expect(Object.values(await statement.totals())).toEqual(
        Object.values(await statement.totals()).map(() => agreed),
      );
      expect(await school.app.get(Invariants).check()).toEqual([]);
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 240_000);
