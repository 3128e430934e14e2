import { expect } from '@jest/globals';
import type { School } from './school.js';

/** What stands in our database about the course, and which checkouts Stripe has made for it. */
export async function standingOf(school: School, course: string) {
  const rows = await school.sql<{ session: string; payment: string; reason: string | null; id: string; ref: string }>(
    `SELECT s.status AS session, p.status AS payment, p.failure_reason AS reason, p.id, p.provider_reference AS ref
     FROM payment_sessions s JOIN payments p ON p.session_id = s.id WHERE s.item_id = $1`,
    [course],
  );
  const [row] = rows;
  const checkouts = school.sandbox.stripe.account.store.checkoutSessions
    .all()
    .filter((checkout) => checkout.client_reference_id === row?.id);
  return { ...row!, attempts: rows.length, checkouts: checkouts.map(({ id }) => id) };
}

/** The attempt is looked up once the provider can be reached, and the buyer pays: one charge, one place. */
export async function expectRecovery(school: School, course: string): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    school.clock.advance(120);
    await school.quiet();
  }
  const found = await standingOf(school, course);
  expect(found).toMatchObject({ session: 'PENDING', payment: 'PENDING', attempts: 1, checkouts: [found.ref] });
  school.sandbox.stripe.pay(found.ref);
  await school.quiet();
  expect(await standingOf(school, course)).toMatchObject({ session: 'COMPLETED', payment: 'COMPLETED' });
  const booked = await school.sql(
    `SELECT kind FROM ledger_entries WHERE object_id = $1 AND kind IN ('course.sold', 'payment.unapplied')`,
    [found.id],
  );
  expect(booked).toEqual([{ kind: 'course.sold' }]);
}
