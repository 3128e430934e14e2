import { expect } from '@jest/globals';
import { Invariants } from '../../src/ledger/index.js';
import { idOf } from '../../src/payments/stripe/stripe-money.js';
import type { School } from './school.js';

/** Stripe and we are of one mind about all that ever happened at this school. */
export async function expectOneMind(school: School): Promise<void> {
  const { charges, refunds, balanceTransactions, checkoutSessions } = school.sandbox.stripe.account.store;
  const paid = await school.sql<{ intent: string; total: string }>(
    `SELECT transaction_id AS intent, total FROM payments
     WHERE status IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED')`,
  );
  const charged = charges.filter(({ status }) => status === 'succeeded');
  expect(paid.map(({ intent, total }) => [intent, Number(total)]).toSorted()).toEqual(
    charged.map(({ payment_intent: intent, amount }) => [idOf(intent), amount]).toSorted(),
  );
  const given = await school.sql<{ id: string; intent: string; amount: string; status: string }>(
    `SELECT r.provider_refund_id AS id, coalesce(r.transaction_id, p.transaction_id) AS intent, r.amount, lower(r.status::text) AS status
     FROM refunds r JOIN payments p ON p.id = r.payment_id`,
  );
  expect(given.map(({ id, intent, amount, status }) => [id, intent, Number(amount), status]).toSorted()).toEqual(
    refunds
      .all()
      .map(({ id, payment_intent: intent, amount, status }) => [id, idOf(intent), amount, status])
      .toSorted(),
  );
  const net = balanceTransactions.all().reduce((sum, line) => sum + line.net, 0);
  const [books] = await school.sql<{ held: string; all: string }>(
    `SELECT coalesce(sum(l.amount) FILTER (WHERE a.code = 'asset:provider:stripe'), 0) AS held, sum(l.amount) AS all
     FROM ledger_postings l JOIN ledger_accounts a ON a.id = l.account_id`,
  );
  expect([Number(books!.held), Number(books!.all)]).toEqual([net, 0]);
  expect(checkoutSessions.filter(({ status }) => status === 'open')).toEqual([]);
  expect(
    await school.sql(`SELECT type, last_error FROM provider_events WHERE status IN ('DEAD', 'UNMATCHED')`),
  ).toEqual([]);
  expect(await school.app.get(Invariants).check()).toEqual([]);
}
