import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { serverError } from '../src/sandbox/index.js';
import { Desk, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';
import { bought, unpaid } from './support/standings.js';
import { bytesOf, deliver, eventAbout, SECRET, signatureOf } from './support/stripe-webhook.js';

/*
 * Mistakes that others have made with Stripe, by the numbers of a public list of them: how webhooks are received. Each test stands on its
 * own; what is behind it is tested further elsewhere.
 */

const NEW_SECRET = 'whsec_that_replaces_it';

let school: School;
let desk: Desk;
beforeAll(async () => {
  // Nothing but the test acts on events. The rate limit is one that Stripe's deliveries would exceed.
  school = await openSchool({
    ROLE: 'api',
    JWT_EXPIRES_IN: '86400',
    STRIPE_WEBHOOK_SECRET: `${NEW_SECRET},${SECRET}`,
    RATE_LIMIT_PER_MINUTE: '190',
    TRUSTED_PROXIES: '1',
  });
  desk = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
const inbox = () => school.app.get(ProcessInbox);
const once = ['course.sold', 'provider.settled'];
const kept = async (id: string) =>
  (await school.sql<{ status: string }>('SELECT status FROM provider_events WHERE external_id = $1', [id])).map(
    ({ status }) => status,
  );

/** A sale that was paid a moment ago, of which nothing has been heard. */
async function paidUnheard(): Promise<Sale> {
  const sale = await desk.begin();
  stripe().pauseWebhooks();
  desk.pay(sale);
  return sale;
}
const eventOf = (type: string, { stripeId, intent }: Sale) =>
  stripe()
    .events()
    .findLast((event) => event.type === type && [stripeId, intent].includes((event.data.object as { id: string }).id))!;

async function whileBroken(table: string, check: string, work: () => Promise<unknown>): Promise<void> {
  await school.sql(`ALTER TABLE ${table} ADD CONSTRAINT broken CHECK (${check}) NOT VALID`);
  try {
    await work();
  } finally {
    await school.sql(`ALTER TABLE ${table} DROP CONSTRAINT broken`);
  }
}

describe('receiving webhooks', () => {
  it('1. a failure inside the handler is not answered 200 and forgotten: the event is kept and done later', async () => {
    const sale = await paidUnheard();
    await whileBroken('enrollments', `course_id <> '${sale.courseId}'`, async () => {
      stripe().resumeWebhooks();
      await desk.quiet();
      expect(await desk.standing(sale)).toEqual(unpaid);
      expect(await desk.entries(sale)).toEqual([]);
      expect(await kept(eventOf('checkout.session.completed', sale).id)).toEqual(['RECEIVED']);
    });
    await desk.later();
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(once);
  });

  it('1. what cannot be kept is answered 500, and Stripe brings it again', async () => {
    const sale = await paidUnheard();
    const { id } = eventOf('checkout.session.completed', sale);
    await whileBroken('provider_events', `external_id <> '${id}'`, async () => {
      expect((await stripe().deliverNow(id)).map(({ status }) => status)).toEqual([500]);
      expect(await kept(id)).toEqual([]);
    });
    expect((await stripe().deliverNow(id)).map(({ status }) => status)).toEqual([200]);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    stripe().resumeWebhooks();
    await desk.quiet();
    expect(await desk.entries(sale)).toEqual(once);
  });

  it('2. what is fine but not ours is answered 200 and changes nothing: unknown kinds, strangers, declined cards', async () => {
    const before = await school.books();
    const strange = [
      eventAbout('radar.early_fraud_warning.created', { id: 'issfr_1', object: 'radar.early_fraud_warning' }),
      eventAbout('a.kind.that.comes.next.year', { object: 'novelty' }),
      eventAbout('payment_intent.succeeded', {
        ...{ id: 'pi_of_another_shop', object: 'payment_intent', status: 'succeeded' },
        ...{ amount_received: 100, currency: 'usd', metadata: {} },
      }),
      eventAbout('checkout.session.completed', {
        ...{ id: 'cs_of_another_shop', object: 'checkout.session', mode: 'payment', status: 'complete' },
        ...{ payment_status: 'paid', payment_intent: 'pi_of_another_shop', amount_total: 100, currency: 'usd' },
        ...{ metadata: { paymentId: 'pay_of_another_shop' }, url: null },
      }),
    ];
    for (const event of strange) expect(await deliver(school, event)).toBe(200);
    const sale = await desk.begin();
    expect(stripe().pay(sale.stripeId, { card: '4000000000000002' }).outcome).toBe('declined');
    await desk.quiet();
    expect(await Promise.all(strange.map(({ id }) => kept(id)))).toEqual([
      ['IGNORED'],
      ['IGNORED'],
      ['IGNORED'],
      ['UNMATCHED'],
    ]);
    const answers = stripe().deliveries();
    expect(answers.filter(({ eventType }) => eventType === 'payment_intent.payment_failed')).toMatchObject([
      { status: 200, attempt: 1 },
    ]);
    expect(await desk.standing(sale)).toEqual(unpaid);
    expect(await school.books()).toEqual(before);
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('3. the signature is over the bytes as they came: nothing is parsed and written again', async () => {
    const sale = await paidUnheard();
    const event = structuredClone(eventOf('checkout.session.completed', sale)) as object & { id: string };
    // Stripe's own style: empty arrays and objects over several lines, other alphabets unescaped; and more than 100 kB of it.
    Object.assign(event, { empty: [], none: {}, words: 'Żółć – 日本語 – 🎓', many: 'x'.repeat(300_000) });
    const payload = bytesOf(event);
    expect(payload).toContain('"empty": [\n\n  ],\n  "none": {\n  },\n  "words": "Żółć – 日本語 – 🎓"');
    const headers = { 'stripe-signature': signatureOf(payload) };
    const parsed = JSON.parse(payload) as object;
    for (const again of [JSON.stringify(parsed), JSON.stringify(parsed, null, 2), `${payload}\n`])
      expect(await deliver(school, again, headers)).toBe(400);
    expect(await kept(event.id)).toEqual([]);
    expect(await deliver(school, payload, headers)).toBe(200);
    await school.settle();
    expect(await kept(event.id)).toEqual(['PROCESSED']);
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('5. each secret proves its own endpoint, two while one is rolled, and no other', async () => {
    const sale = await paidUnheard();
    const event = eventOf('payment_intent.succeeded', sale);
    const payload = bytesOf(event);
    const now = Math.floor(Date.now() / 1000);
    const v1 = (secret: string) => signatureOf(payload, secret, now).split('v1=')[1]!;
    const refused = [
      signatureOf(payload, 'whsec_of_the_command_line'),
      signatureOf(payload, SECRET.replace('whsec_', '')),
      signatureOf(payload, SECRET, now - 301),
      `t=${now},v0=${v1(SECRET)}`,
      `t=${now + 1},v1=${v1(SECRET)}`,
      'nonsense',
    ];
    for (const header of refused) expect(await deliver(school, payload, { 'stripe-signature': header })).toBe(400);
    // What happens on an instructor's own account comes to another endpoint, which has a secret that we do not know.
    const elsewhere = bytesOf({ ...event, id: 'evt_of_an_instructor', account: 'acct_of_an_instructor' });
    const theirs = { 'stripe-signature': signatureOf(elsewhere, 'whsec_of_the_connect_endpoint') };
    expect(await deliver(school, elsewhere, theirs)).toBe(400);
    await school.settle();
    expect(await kept(event.id)).toEqual([]);
    expect(await desk.standing(sale)).toEqual(unpaid);

    const rolled = `t=${now},v1=${v1('whsec_of_long_ago')},v1=${v1(SECRET)}`;
    for (const header of [rolled, signatureOf(payload, NEW_SECRET), signatureOf(payload, SECRET)])
      expect(await deliver(school, payload, { 'stripe-signature': header })).toBe(200);
    await school.settle();
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await school.entriesAbout(sale.paymentId)).toEqual(['course.sold']);
  });

  it('6. an event is not done because it was seen: after a failure and after a crash it is still done, once', async () => {
    const failed = await paidUnheard();
    const event = eventOf('checkout.session.completed', failed);
    await whileBroken('enrollments', `course_id <> '${failed.courseId}'`, async () => {
      await stripe().deliverNow(event.id);
      await inbox().run();
    });
    // Seen before; the repetition must not be what is missing either.
    for (let turn = 0; turn < 2; turn += 1) expect((await stripe().redeliver(event.id))[0]!.status).toBe(200);
    school.clock.advance(60);
    await Promise.all(Array.from({ length: 4 }, () => inbox().run()));
    await school.settle();
    expect(await desk.standing(failed)).toEqual(bought);
    expect(await school.entriesAbout(failed.paymentId)).toEqual(['course.sold']);

    const crashed = await paidUnheard();
    const { id } = eventOf('checkout.session.completed', crashed);
    await stripe().deliverNow(id);
    // A process took it and died: the row is as claiming leaves it.
    await school.sql('UPDATE provider_events SET attempts = 1, available_at = $2 WHERE external_id = $1', [
      id,
      school.clock.in(5),
    ]);
    await inbox().run();
    expect(await desk.standing(crashed)).toEqual(unpaid);
    school.clock.advance(6);
    await inbox().run();
    await school.settle();
    expect(await desk.standing(crashed)).toEqual(bought);
    expect(await school.entriesAbout(crashed.paymentId)).toEqual(['course.sold']);
  });

  it('7. nothing is done twice: one event many times at once, two events of one change, two kinds of event', async () => {
    const sale = await paidUnheard();
    const event = eventOf('checkout.session.completed', sale);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => deliver(school, event)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const twin = { ...event, id: `${event.id}_twin` };
    expect(await deliver(school, twin)).toBe(200);
    await stripe().deliverNow('payment_intent.succeeded');
    await Promise.all(Array.from({ length: 4 }, () => inbox().run()));
    await desk.quiet();
    expect(await kept(event.id)).toEqual(['PROCESSED']);
    expect(await kept(twin.id)).toEqual(['PROCESSED']);
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(once);
    expect(await school.sql('SELECT 1 FROM refunds WHERE payment_id = $1', [sale.paymentId])).toEqual([]);
  });

  it('8. the answer waits for no work: not for a locked row, not for Stripe; and the work is not lost', async () => {
    const sale = await paidUnheard();
    const other = new pg.Client({ connectionString: school.database.superuserUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM payments WHERE id = $1 FOR UPDATE', [sale.paymentId]);
    stripe().intercept({ path: /./, times: Infinity }, serverError());
    try {
      expect(await deliver(school, eventOf('checkout.session.completed', sale))).toBe(200);
      const working = inbox().run();
      const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
      while ((await school.sql(waits)).length === 0) await sleep(20);
      expect(await deliver(school, eventOf('payment_intent.succeeded', sale))).toBe(200);
      expect(await desk.standing(sale)).toEqual(unpaid);
      await other.query('COMMIT');
      await working;
      expect(await desk.standing(sale)).toMatchObject({ payment: 'COMPLETED', place: 'ACTIVE', open: true });
    } finally {
      await other.end();
    }
    await inbox().run();
    expect(await school.entriesAbout(sale.paymentId)).toEqual(['course.sold']);
  });

  it('4. no rate limit, no guard and no prefix is in the way: 200 deliveries at once from one address', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    const events = Array.from({ length: 200 }, () => eventAbout('customer.updated', { object: 'customer' }));
    const statuses = await Promise.all(events.map((event) => deliver(school, event, headers)));
    expect(statuses).toEqual(Array(200).fill(200));
    const [stored] = await school.sql(
      `SELECT count(*)::int AS count FROM provider_events WHERE external_id = ANY($1) AND status = 'RECEIVED'`,
      [events.map(({ id }) => id)],
    );
    expect(stored).toEqual({ count: 200 });
    // Anything else from there is limited.
    const courses = await Promise.all(events.map(() => fetch(`${school.url}/api/courses`, { headers })));
    expect(courses.filter(({ status }) => status === 429)).toHaveLength(10);
  });
});
