import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { type Payee, PayoutDesk } from './support/payout-desk.js';
import { freePort } from './support/ports.js';
import { startProcess, type TestProcess } from './support/process.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { StatementGate } from './support/statement-gate.js';
import { unheard } from './support/unheard.js';

/*
 * kill -9 while payouts are asked for: each before another of its statements, where a gate on the way to the database holds it back, or around
 * the call of the provider, which does not answer. One process has them all and dies of it; this one then goes on in its place.
 */

let school: School;
let desk: PayoutDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', PAYOUT_APPROVAL_ABOVE: 'USD:1000,KES:100000' });
  desk = new PayoutDesk(school);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

interface Victim {
  readonly api: TestProcess;
  readonly gate: StatementGate;
}

interface Way {
  readonly currency: string;
  readonly payees: (count: number) => Promise<Payee[]>;
  readonly call: { readonly method: string; readonly path: string };
  readonly provider: 'stripe' | 'mpesa';
  /** What has arrived there. */
  readonly arrived: (payee: Payee) => unknown;
  readonly once: unknown;
}

const ways: Record<'a transfer at Stripe' | 'money to a phone', Way> = {
  'a transfer at Stripe': {
    currency: 'USD',
    payees: (count) => desk.stripePayees(count),
    call: { method: 'POST', path: '/v1/transfers' },
    provider: 'stripe',
    arrived: ({ account }) => desk.transfersTo(account),
    once: [[7_000, 0]],
  },
  'money to a phone': {
    currency: 'KES',
    payees: (count) => desk.mpesaPayees(count),
    call: { method: 'POST', path: '/daraja/mpesa/b2c/v3/paymentrequest' },
    provider: 'mpesa',
    arrived: ({ account }) => desk.sentTo(account),
    once: [1_750],
  },
};

const KEY = 'the instructor presses once';

async function victim(): Promise<Victim> {
  const gate = await StatementGate.open(school.database.appUrl);
  const settings = { ...school.settings, ROLE: 'api', DATABASE_URL: gate.through, DATABASE_POOL_SIZE: '40' };
  return { gate, api: await startProcess(school.database, await freePort(), settings) };
}

const ask = (api: Pick<TestProcess, 'post'>, { currency }: Way, { token }: Payee) =>
  api.post<{ id: string }>('/finance/payouts', { currency }, token, { 'idempotency-key': KEY });

/** What was not heard of is asked about, and the answer to that heard. */
async function untilSettled(): Promise<void> {
  const open = () => school.sql(`SELECT 1 FROM payouts WHERE status = 'IN_TRANSIT'`);
  for (let round = 0; round < 5 && (await open()).length > 0; round += 1) await desk.later(65);
}

/** One payout, one movement, and whoever presses again is told of that very payout; in whichever order that happened. */
async function expectPaidOnce(way: Way, payee: Payee, resumed: string | undefined): Promise<void> {
  const { id } = expectStatus(201, await ask(school, way, payee));
  if (resumed !== undefined) expect(resumed).toBe(id);
  expect(await desk.payout(payee)).toMatchObject({ id, status: 'PAID' });
  expect(way.arrived(payee)).toEqual(way.once);
  expect(await desk.standing(payee)).toMatchObject({ available: 0, inTransit: 0 });
}

/** Asks for each payout and leaves it standing before another statement, then before and after the provider's work; then all die at once. */
async function dieEverywhere(way: Way, { api, gate }: Victim, payees: Payee[], points: number[]): Promise<void> {
  const lost: Promise<unknown>[] = [];
  for (const [index, payee] of payees.entries()) {
    const n = points[index];
    const stands =
      n === undefined
        ? unheard(school.sandbox[way.provider], way.call, index % 2 ? 'before' : 'after')
        : gate.standBefore(n);
    const asked = ask(api, way, payee).catch((error: unknown) => error);
    expect(await Promise.race([stands.then(() => 'stands'), asked])).toBe('stands');
    lost.push(asked);
  }
  await api.kill();
  gate.close();
  for (const one of await Promise.all(lost)) expect(one).toMatchObject({ message: 'fetch failed' });
}

/** So many places of one request. */
const PLACES = 9;

it.each(Object.entries(ways))(
  '%s is made once, wherever the process dies that makes it',
  async (_, way) => {
    const [one, [first, second, ...payees]] = [await victim(), await way.payees(PLACES + 4)];
    // The first may find more to do than those after it.
    expectStatus(201, await ask(one.api, way, first!));
    const before = one.gate.count;
    expectStatus(201, await ask(one.api, way, second!));
    const statements = one.gate.count - before;
    expect(statements).toBeGreaterThan(PLACES);
    const points = Array.from(
      { length: PLACES },
      (__, place) => 1 + Math.round(((statements - 1) * place) / (PLACES - 1)),
    );
    await dieEverywhere(way, one, payees, points);
    school.clock.advance(30);
    const resumed = await Promise.all(
      payees.map(async (payee, index) => (index % 2 ? expectStatus(201, await ask(school, way, payee)).id : undefined)),
    );
    await desk.later();
    await untilSettled();
    // Of whom nothing was begun, and who has not pressed again, does now.
    await Promise.all(payees.map((payee) => ask(school, way, payee)));
    await untilSettled();
    for (const [index, payee] of payees.entries()) await expectPaidOnce(way, payee, resumed[index]);
  },
  120_000,
);
