import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { invalidRequest } from '../errors.js';
import { idOf } from '../ids.js';

type Customers = Stripe.Subscription['customer'] | null;

/** Does something with what belongs to a customer at that customer's time: their test clock's, else the account's. */
export function onClockOf<T>(account: Account, customer: Customers, work: () => T): T {
  const clock = clockOf(account, customer);
  return clock ? account.at(clock.frozen_time, work) : work();
}

export function clockOf({ store }: Account, customer: Customers): Stripe.TestHelpers.TestClock | undefined {
  const found = store.customers.find(idOf(customer));
  return found && !found.deleted && found.test_clock ? store.testClocks.find(idOf(found.test_clock)) : undefined;
}

/** The test clock that a parameter names. */
export function clockNamed({ store }: Account, id: string): Stripe.TestHelpers.TestClock {
  const clock = store.testClocks.find(id);
  if (clock) return clock;
  throw invalidRequest(`No such test clock: '${id}'`, { code: 'resource_missing', param: 'test_clock' });
}
