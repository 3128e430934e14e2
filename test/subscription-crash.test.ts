import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { freePort } from './support/ports.js';
import { startProcess, type TestProcess } from './support/process.js';
import type { School } from './support/school.js';
import { StatementGate } from './support/statement-gate.js';
import { type Subscriber, SubscriptionDesk } from './support/subscription-desk.js';
import { unheard } from './support/unheard.js';

/*
 * kill -9 while subscriptions are begun and changed with a saved card: each before another of its statements, or around the call of Stripe, which
 * does not answer. One process has them all and dies of it; this one then goes on in its place.
 */

let desk: SubscriptionDesk;
let school: School;

interface Way {
  readonly ready: () => Promise<Subscriber>;
  readonly ask: (api: Pick<TestProcess, 'request'>, who: Subscriber, key: string) => Promise<{ status: number }>;
  readonly call: { readonly method: string; readonly path: RegExp };
  /** The plan in the end, and how often was charged for it. */
  readonly plan: string;
  readonly charges: number;
}

const asking =
  (method: string, path: string, body: (who: Subscriber) => object): Way['ask'] =>
  (api, who, key) =>
    api.request(method, path, { token: who.token, body: body(who), headers: { 'idempotency-key': key } });

const ways: Record<string, Way> = {
  begun: {
    ready: () => desk.subscriber(),
    ask: asking('POST', '/subscriptions/create', ({ methodId }) => ({ tier: 'PRO', period: 'MONTH', methodId })),
    call: { method: 'POST', path: /^\/v1\/subscriptions$/ },
    plan: 'PRO',
    charges: 1,
  },
  changed: {
    ready: () => desk.subscribed(),
    ask: asking('PUT', '/subscriptions/update', () => ({ tier: 'ENTERPRISE' })),
    call: { method: 'POST', path: /^\/v1\/subscriptions\/sub_/ },
    plan: 'ENTERPRISE',
    charges: 2,
  },
};

const KEY = 'pressed once';
/** So many places of one request. */
const PLACES = 6;

/** The live ones of somebody at Stripe. */
const atStripe = ({ card }: Subscriber) =>
  school.sandbox.stripe.account.store.subscriptions.filter(
    ({ default_payment_method, status }) => default_payment_method === card && status === 'active',
  ).length;

describe.each(Object.entries(ways))('a subscription is %s', (_, way) => {
  let victim: TestProcess | undefined;
  beforeAll(async () => {
    // The process that dies goes by the real clock.
    desk = await SubscriptionDesk.open({}, { ROLE: 'api' }, new Date());
    ({ school } = desk);
  }, 60_000);
  // Or it would keep the run from ending.
  afterEach(() => victim?.kill());
  endQuietly(() => school);
  afterAll(() => school.close());

  it('once, wherever the process dies that does it', async () => {
    const gate = await StatementGate.open(school.database.appUrl);
    const settings = { ...school.settings, ROLE: 'api', DATABASE_URL: gate.through, DATABASE_POOL_SIZE: '40' };
    const api = (victim = await startProcess(school.database, await freePort(), settings));
    const subscribers: Subscriber[] = [];
    for (let made = 0; made < PLACES + 4; made += 1) subscribers.push(await way.ready());
    const lost = await dieEverywhere(way, api, gate, subscribers);
    gate.close();
    for (const one of await Promise.all(lost)) expect(one).toMatchObject({ message: 'fetch failed' });

    school.clock.advance(130);
    await school.quiet();
    // Half of them press again.
    const others = subscribers.slice(2);
    for (const who of others.filter((__, index) => index % 2))
      expect((await way.ask(school, who, KEY)).status).toBeLessThan(300);
    school.clock.advance(200);
    await school.quiet();
    // Of whom nothing came does now.
    for (const who of others) {
      const { plan } = await desk.current(who);
      if (plan.id !== way.plan) expect((await way.ask(school, who, `${KEY} and again`)).status).toBeLessThan(300);
    }
    await school.quiet();
    for (const who of subscribers) {
      const [{ plan }, { length }] = [await desk.current(who), await desk.charges(who)];
      expect([plan.id, length, atStripe(who)]).toEqual([way.plan, way.charges, 1]);
    }
  }, 120_000);
});

/** Each is asked for and left standing before another statement, then before and after what Stripe does; then all die at once. */
async function dieEverywhere(
  way: Way,
  api: TestProcess,
  gate: StatementGate,
  [first, second, ...others]: Subscriber[],
): Promise<Promise<unknown>[]> {
  // The first may find more to do than those after it.
  expect((await way.ask(api, first!, KEY)).status).toBeLessThan(300);
  const before = gate.count;
  expect((await way.ask(api, second!, KEY)).status).toBeLessThan(300);
  const statements = gate.count - before;
  expect(statements).toBeGreaterThan(PLACES);
  const lost: Promise<unknown>[] = [];
  for (const [index, who] of others.entries()) {
    const n = 1 + Math.round(((statements - 1) * index) / (PLACES - 1));
    const stands =
      index < PLACES ? gate.standBefore(n) : unheard(school.sandbox.stripe, way.call, index % 2 ? 'before' : 'after');
    const asked = way.ask(api, who, KEY).catch((error: unknown) => error);
    expect(await Promise.race([stands.then(() => 'stands'), asked])).toBe('stands');
    lost.push(asked);
  }
  await api.kill();
  return lost;
}
