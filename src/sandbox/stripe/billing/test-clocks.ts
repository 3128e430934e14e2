import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { invalidRequest, noSuch } from '../errors.js';
import { newId } from '../ids.js';
import { listRoute } from '../lists.js';
import { integer, required, text, unsupported, type ShapeOf } from '../params.js';
import { route } from '../routes.js';
import { endSubscriptionsOf } from './ending.js';
import { passOn } from './passing-time.js';

type Clock = Stripe.TestHelpers.TestClock;

const keptFor = 30 * 24 * 60 * 60;
const path = '/v1/test_helpers/test_clocks';
const createParams = {
  customer: unsupported(),
  frozen_time: required(integer({ min: 0 })),
  name: text({ max: 300 }),
} satisfies ShapeOf<Stripe.TestHelpers.TestClockCreateParams>;

export const testClockRoutes = [
  route({
    method: 'POST',
    path,
    answers: 'test_clock',
    params: createParams,
    handle({ account, params, request }) {
      const made: Clock = {
        id: newId('test_clock'),
        object: 'test_helpers.test_clock',
        created: account.now(),
        deletes_after: account.now() + keptFor,
        frozen_time: params.frozen_time,
        livemode: false,
        name: params.name ?? null,
        status: 'ready',
        status_details: {},
      };
      const clock = account.store.testClocks.put(made);
      account.record('test_helpers.test_clock.created', clock, { request });
      return clock;
    },
  }),
  route({
    method: 'GET',
    path: `${path}/:id`,
    answers: 'test_clock',
    params: {},
    handle: ({ account, id }) => existingClock(account, id),
  }),
  listRoute({
    path,
    object: 'test_clock',
    noun: 'test clock',
    filters: {},
    from: (account) => account.store.testClocks.newestFirst(),
  }),
  route({
    method: 'POST',
    path: `${path}/:id/advance`,
    answers: 'test_clock',
    params: {
      frozen_time: required(integer({ min: 0 })),
    } satisfies ShapeOf<Stripe.TestHelpers.TestClockAdvanceParams>,
    handle: ({ account, id, params, request }) =>
      advance(account, existingClock(account, id), params.frozen_time, request),
  }),
  route({
    method: 'DELETE',
    path: `${path}/:id`,
    answers: 'test_clock',
    params: {},
    handle({ account, id, request }) {
      const clock = existingClock(account, id);
      for (const customer of account.store.customers.all()) {
        if (customer.deleted || customer.test_clock !== id) continue;
        account.at(clock.frozen_time, () => deleteCustomer(account, customer, request));
      }
      account.store.testClocks.delete(id);
      account.record('test_helpers.test_clock.deleted', clock, { request });
      return { id, object: 'test_helpers.test_clock', deleted: true };
    },
  }),
];

/**
 * Moves a test clock on, and lets happen what happens meanwhile. Stripe takes its time and the clock is `advancing` until it is done: so
 * says the answer, though here all is done when it is given.
 */
export function advance(account: Account, clock: Clock, to: number, request?: Stripe.Event.Request): Clock {
  const { id, frozen_time: from } = clock;
  if (to < from) {
    const message = 'You can only advance a test clock forwards in time, not backwards.';
    throw invalidRequest(message, { param: 'frozen_time' });
  }
  const details = { advancing: { target_frozen_time: to } };
  const advancing = account.store.testClocks.update(id, { status: 'advancing', status_details: details });
  account.record('test_helpers.test_clock.advancing', advancing, { request });
  passOn(account, id, to);
  const ready = account.store.testClocks.update(id, { frozen_time: to, status: 'ready', status_details: {} });
  account.record('test_helpers.test_clock.ready', ready);
  return advancing;
}

function deleteCustomer(account: Account, customer: Stripe.Customer, request: Stripe.Event.Request): void {
  endSubscriptionsOf(account, customer.id, request);
  account.store.customers.put({ id: customer.id, object: 'customer', deleted: true });
  account.record('customer.deleted', customer, { request });
}

function existingClock(account: Account, id: string): Clock {
  const clock = account.store.testClocks.find(id);
  if (!clock) throw noSuch('test clock', id, 'test_clock', 404);
  return clock;
}
