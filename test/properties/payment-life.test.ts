import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import Stripe from 'stripe';
import { ProcessInbox } from '../../src/payments/webhooks/process-inbox.js';
import { keepBooks } from '../support/keep-books.js';
import { permutations } from '../support/permutations.js';
import { openSchool, type School } from '../support/school.js';
import { PaymentLives, type Story } from './payment-lives.js';

/*
 * A payment's whole life, its events heard in every order and more than once: the same end each time. A failure prints its seed; it is
 * run again with FC_SEED in the environment. FC_RUNS is the number of orders.
 */

const SEED = process.env.FC_SEED ? Number(process.env.FC_SEED) : 20_261_121;
const ORDERS = process.env.FC_RUNS ? Number(process.env.FC_RUNS) : 100;
const LANES = 8;
jest.setTimeout(300_000);

const signer = new Stripe('sk_test_unused').webhooks;

const wholeLife = [
  'payment_intent.created',
  'checkout.session.completed',
  'payment_intent.succeeded',
  'refund.created',
  'charge.dispute.created',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.closed',
  'charge.dispute.funds_reinstated',
];
const refundsAndDispute =
  (decide: (school: School, dispute: string) => void): Story =>
  (school, paymentIntent) => {
    const { stripe } = school.sandbox;
    stripe.refund({ paymentIntent, amount: 3333 });
    stripe.refund({ paymentIntent, amount: 1700 });
    decide(school, stripe.dispute(paymentIntent, { amount: 4966 }).id);
  };

let school: School;
beforeAll(async () => {
  // Nothing but the test acts on events.
  school = await openSchool({ ROLE: 'api' });
});
afterAll(() => school.close());
keepBooks(() => school);

describe('every event of a whole life twice, in sampled orders', () => {
  it.each([
    [
      'with a dispute that is lost',
      refundsAndDispute(({ sandbox }, dispute) => sandbox.stripe.loseDispute(dispute)),
      { payment: 'REFUNDED', place: ['CANCELLED', 'REFUNDED'], access: 0, books: { 'asset:provider:stripe': 0 } },
    ],
    [
      'with a dispute that is won',
      refundsAndDispute(({ sandbox }, dispute) => sandbox.stripe.winDispute(dispute)),
      { payment: 'PARTIALLY_REFUNDED', place: ['ACTIVE', 'PAID'], access: 1, books: { 'asset:provider:stripe': 4966 } },
    ],
  ])('%s', async (name, story, { books, ...end }) => {
    const lives = await PaymentLives.prepare(school, wholeLife, story);
    const count = ORDERS / 2;
    const twice = [...lives.events.keys(), ...lives.events.keys()];
    const orders = fc.sample(fc.shuffledSubarray(twice, { minLength: twice.length }), { numRuns: count, seed: SEED });
    const names = orders.map((_, index) => `${name.slice(-4)}${index}`.replaceAll(' ', ''));
    await lives.copy(names);
    const lane = async (first: number) => {
      for (let index = first; index < count; index += LANES) {
        const bodies = lives.eventsOf(names[index]!);
        await lives.live(orders[index]!.map((event) => bodies[event]!));
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)));
    const ends = [...(await lives.ends(names))];
    expect(ends.map((text) => JSON.parse(text) as object)).toEqual([expect.objectContaining(end)]);
    const { books: balances } = JSON.parse(ends[0]!) as { books: Record<string, number> | null };
    expect(balances?.['asset:provider:stripe'] ?? 0).toBe(books['asset:provider:stripe']);
  });
});

describe('a life of five events, by HTTP, in all orders', () => {
  it('ends the same', async () => {
    const types = [
      'checkout.session.completed',
      'payment_intent.succeeded',
      'refund.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.closed',
    ];
    const lives = await PaymentLives.prepare(school, types, ({ sandbox: { stripe } }, paymentIntent) => {
      stripe.refund({ paymentIntent, amount: 5033 });
      stripe.loseDispute(stripe.dispute(paymentIntent, { amount: 4966 }).id);
    });
    expect(lives.events.map(({ type }) => type).toSorted()).toEqual(types.toSorted());
    const orders = [...permutations([0, 1, 2, 3, 4])];
    const names = orders.map((_, index) => `all${index}`);
    await lives.copy(names);
    const inbox = school.app.get(ProcessInbox);
    const act = async () => {
      while ((await inbox.run()) > 0);
    };
    for (const [index, order] of orders.entries()) {
      const bodies = lives.eventsOf(names[index]!);
      for (const event of [...order, ...order]) {
        await deliver(bodies[event]!);
        await act();
      }
    }
    // What came too early and was not woken waits a few seconds.
    school.clock.advance(60);
    await act();
    const ends = [...(await lives.ends(names))].map((text) => JSON.parse(text) as object);
    expect(ends).toEqual([
      expect.objectContaining({
        payment: 'REFUNDED',
        session: 'COMPLETED',
        place: ['CANCELLED', 'REFUNDED'],
        refunds: [[5033, 'SUCCEEDED']],
        disputes: [[4966, 'LOST', 4966, true, false]],
        books: null,
      }),
    ]);
    expect(
      await school.sql(`SELECT type, status FROM provider_events WHERE status NOT IN ('PROCESSED', 'IGNORED')`),
    ).toEqual([]);
  });
});

async function deliver(payload: string): Promise<void> {
  const header = signer.generateTestHeaderString({ payload, secret: 'whsec_of_the_tests' });
  const answer = await fetch(`${school.url}/api/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': header },
    body: payload,
  });
  expect(answer.status).toBe(200);
}
