import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import Stripe from 'stripe';
import { Invariants } from '../src/ledger/index.js';
import { Housekeeping } from '../src/platform/jobs/index.js';
import type { InboxEventDetailDto, InboxEventDto } from '../src/payments/webhooks/admin/inbox.dto.js';
import { person, type Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* The inbox as an admin sees it: found, read, acted on again. */

const DAY = 86_400;
const SECRET = 'whsec_of_the_tests';
const signer = new Stripe('sk_test_unused').webhooks;

let school: School;
let admin: Person;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: String(DAY) });
  admin = school.admin;
});
afterAll(async () => {
  expect(await school.app.get(Invariants).check()).toEqual([]);
  await school.close();
});

interface List {
  data: InboxEventDto[];
  pagination: { total: number };
}
const list = async (query = '') =>
  expectStatus(200, await school.get<List>(`/admin/webhook-events${query}`, admin.token));
const one = async (id: string) =>
  expectStatus(200, await school.get<InboxEventDetailDto>(`/admin/webhook-events/${id}`, admin.token));
const replay = (id: string, token = admin.token) =>
  school.post<InboxEventDetailDto & { code: string }>(`/admin/webhook-events/${id}/replay`, {}, token);
const audits = (id: string) =>
  school.sql('SELECT actor_id, action, before, after FROM audit_records WHERE object_id = $1 ORDER BY id', [id]);

let number = 0;
/** Delivers an event as Stripe would, and waits until it was acted on. Answers its id in the inbox. */
async function deliver(type: string, object: object = {}): Promise<{ id: string; externalId: string }> {
  number += 1;
  const externalId = `evt_of_the_test_${number}`;
  const payload = JSON.stringify({ id: externalId, object: 'event', livemode: false, type, data: { object } });
  const timestamp = Math.floor(Date.now() / 1000);
  const answer = await fetch(`${school.url}/api/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'stripe-signature': signer.generateTestHeaderString({ payload, secret: SECRET, timestamp }),
    },
    body: payload,
  });
  expect(answer.status).toBe(200);
  await school.settle();
  return { id: (await list(`?externalId=${externalId}`)).data[0]!.id, externalId };
}

interface Sale {
  buyer: Person;
  courseId: string;
  sessionId: string;
  paymentId: string;
  stripeId: string;
}

async function begun(): Promise<Sale> {
  const buyer = await person(school);
  const { id: courseId } = await school.course();
  const { session, stripeId } = await school.begin(courseId, buyer);
  return { buyer, courseId, sessionId: session.id, paymentId: session.paymentId, stripeId };
}

async function outcome({ sessionId, paymentId, courseId, buyer }: Sale) {
  const [session] = await school.sql<{ status: string }>('SELECT status FROM payment_sessions WHERE id = $1', [
    sessionId,
  ]);
  const entries = await school.sql<{ kind: string }>(
    `SELECT kind FROM ledger_entries WHERE object_id = $1 AND kind IN ('course.sold', 'payment.unapplied')`,
    [paymentId],
  );
  const places = await school.sql('SELECT 1 FROM enrollments WHERE course_id = $1 AND user_id = $2', [
    courseId,
    buyer.id,
  ]);
  return [session!.status, entries.map(({ kind }) => kind), places.length];
}
const sold = ['COMPLETED', ['course.sold'], 1];

const completedOf = async ({ stripeId }: Sale) =>
  (
    await school.sql<{ id: string }>(
      `SELECT id FROM provider_events WHERE type = 'checkout.session.completed' AND body LIKE $1`,
      [`%${stripeId}%`],
    )
  )[0]!.id;

describe('the inbox', () => {
  let events: { id: string; externalId: string }[];
  beforeAll(async () => {
    events = [];
    for (const type of ['invoice.created', 'invoice.paid', 'invoice_item.created', 'invoiceXitem.created']) {
      events.push(await deliver(type, { customer_email: 'somebody@example.com' }));
      school.clock.advance(3600);
    }
  });
  const found = async (query: string) => {
    const { data } = await list(query);
    return data.map(({ id }) => events.findIndex((event) => event.id === id)).filter((index) => index >= 0);
  };

  it('is listed newest first, without bodies', async () => {
    const { data, pagination } = await list('?type=inv*');
    expect(data[0]).toEqual({
      id: events[3]!.id,
      provider: 'STRIPE',
      externalId: events[3]!.externalId,
      type: 'invoiceXitem.created',
      status: 'IGNORED',
      attempts: 1,
      lastError: null,
      receivedAt: expect.stringMatching(/Z$/),
      processedAt: expect.stringMatching(/Z$/),
    });
    expect(data.map(({ id }) => id)).toEqual(events.map(({ id }) => id).toReversed());
    expect(pagination).toEqual({ page: 1, limit: 20, total: 4, pages: 1 });
    expect(JSON.stringify(data)).not.toContain('somebody@example.com');
  });

  it('comes in pages', async () => {
    expect(await found('?type=inv*&limit=3')).toEqual([3, 2, 1]);
    expect(await found('?type=inv*&limit=3&page=2')).toEqual([0]);
  });

  it('is filtered by type, whole or by how it begins', async () => {
    expect(await found('?type=invoice.paid')).toEqual([1]);
    expect(await found('?type=invoice.*')).toEqual([1, 0]);
    expect(await found('?type=invoice_*')).toEqual([2]);
    expect(await found('?type=invoice')).toEqual([]);
    expect(await found('?type=%25*')).toEqual([]);
    expect(await found('?type=*')).toEqual([3, 2, 1, 0]);
  });

  it('is filtered by provider, status, moment and the id of the provider', async () => {
    expect(await found('?provider=stripe&status=ignored')).toEqual([3, 2, 1, 0]);
    expect(await found('?provider=MPESA')).toEqual([]);
    expect(await found('?status=DEAD')).toEqual([]);
    expect(await found(`?externalId=${events[2]!.externalId}`)).toEqual([2]);
    const [from, to] = [(await one(events[1]!.id)).receivedAt, (await one(events[3]!.id)).receivedAt].map(String);
    expect(await found(`?from=${from}&to=${to}`)).toEqual([2, 1]);
    expect(await found(`?from=${from}`)).toEqual([3, 2, 1]);
    expect(await found(`?to=${to}`)).toEqual([2, 1, 0]);
  });

  it.each(['status=LOST', 'provider=PAYPAL', 'from=yesterday', 'limit=0', 'colour=red'])(
    'refuses ?%s',
    async (query) => {
      expect((await school.get(`/admin/webhook-events?${query}`, admin.token)).status).toBe(400);
    },
  );

  it('gives one event with its body', async () => {
    const { id, externalId } = events[0]!;
    expect(await one(id)).toMatchObject({
      id,
      type: 'invoice.created',
      body: {
        id: externalId,
        object: 'event',
        livemode: false,
        type: 'invoice.created',
        data: { object: { customer_email: 'somebody@example.com' } },
      },
    });
    expect((await school.get('/admin/webhook-events/whe_unknown', admin.token)).status).toBe(404);
  });

  it('is for admins only', async () => {
    const { id } = events[0]!;
    const other = await person(school, 'STAFF', 'INSTRUCTOR', 'ENTERPRISE');
    for (const path of ['', `/${id}`]) {
      expect((await school.get(`/admin/webhook-events${path}`, other.token)).status).toBe(403);
      expect((await school.get(`/admin/webhook-events${path}`)).status).toBe(401);
    }
    expect((await replay(id, other.token)).status).toBe(403);
    expect(await audits(id)).toEqual([]);
  });
});

describe('a replay', () => {
  it('of an event that was given up does its work once the cause is gone', async () => {
    const order = await begun();
    await school.sql(
      `ALTER TABLE enrollments ADD CONSTRAINT broken CHECK (course_id <> '${order.courseId}') NOT VALID`,
    );
    school.sandbox.stripe.pay(order.stripeId);
    await school.sandbox.stripe.webhooksIdle();
    // The session stays within its time: what nobody hears of is asked for in the end.
    const id = await completedOf(order);
    for (let turn = 0; turn < 40 && (await one(id)).status === 'RECEIVED'; turn += 1) {
      await school.sql('UPDATE provider_events SET available_at = $1 WHERE status = $2', [
        school.clock.now(),
        'RECEIVED',
      ]);
      await school.settle();
    }
    expect(await one(id)).toMatchObject({ status: 'DEAD', lastError: expect.stringContaining('broken') });
    expect(await outcome(order)).toEqual(['PENDING', [], 0]);
    expect((await list('?status=DEAD&type=checkout.session.completed')).data.map((event) => event.id)).toEqual([id]);

    await school.sql('ALTER TABLE enrollments DROP CONSTRAINT broken');
    expect(await replay(id)).toMatchObject({ status: 200, body: { id, lastError: null } });
    await school.settle();
    expect(await one(id)).toMatchObject({ status: 'PROCESSED', attempts: 1, lastError: null });
    expect(await outcome(order)).toEqual(sold);
    expect(await audits(id)).toEqual([
      {
        actor_id: admin.id,
        action: 'webhook-event.replayed',
        before: { status: 'DEAD', attempts: 12 },
        after: { status: 'RECEIVED', attempts: 0 },
      },
    ]);
  });

  it('of what was done already changes nothing, one after another and all at once', async () => {
    const order = await begun();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    const id = await completedOf(order);
    const before = [await outcome(order), await school.books()];
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await replay(id)).status).toBe(200);
      await school.settle();
    }
    await Promise.all(Array.from({ length: 10 }, () => replay(id)));
    await school.quiet();
    expect([await outcome(order), await school.books()]).toEqual(before);
    expect(before[0]).toEqual(sold);
    expect(await one(id)).toMatchObject({ status: 'PROCESSED' });
    expect((await audits(id)).length).toBe(12);
  });

  it('of every event of a sale, in the wrong order, changes nothing', async () => {
    const order = await begun();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    const { data } = await list('?limit=100');
    for (const { id } of data) expect((await replay(id)).status).toBe(200);
    await school.quiet();
    expect(await outcome(order)).toEqual(sold);
    expect((await list('?status=RECEIVED')).data).toEqual([]);
  });

  it('of one that is being acted on just now is harmless', async () => {
    const order = await begun();
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.pay(order.stripeId);
    await school.sandbox.stripe.deliverNow('checkout.session.completed');
    const id = await completedOf(order);
    await Promise.all([replay(id), school.settle(), replay(id), school.settle()]);
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await outcome(order)).toEqual(sold);
    expect(await one(id)).toMatchObject({ status: 'PROCESSED', lastError: null });
  });

  it('of one whose last attempt is just failing is not undone by that failure', async () => {
    const order = await begun();
    const broken = `broken_${order.courseId}`;
    await school.sql(
      `ALTER TABLE enrollments ADD CONSTRAINT ${broken} CHECK (course_id <> '${order.courseId}') NOT VALID`,
    );
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.pay(order.stripeId);
    await school.sandbox.stripe.deliverNow('checkout.session.completed');
    await school.settle();
    const id = await completedOf(order);

    const held = new pg.Client({ connectionString: school.database.superuserUrl });
    await held.connect();
    await held.query('BEGIN; LOCK TABLE enrollments');
    await school.sql('UPDATE provider_events SET attempts = 11, available_at = $2 WHERE id = $1', [
      id,
      school.clock.now(),
    ]);
    const waiting = async (count: number) => {
      const query = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while ((await school.sql(query)).length < count) await sleep(20);
    };
    await waiting(1);
    const replayed = replay(id);
    await waiting(2);
    await held.query('ROLLBACK');
    await held.end();
    expect((await replayed).status).toBe(200);
    await sleep(200);
    expect((await one(id)).status).toBe('RECEIVED');

    await school.sql(`ALTER TABLE enrollments DROP CONSTRAINT ${broken}`);
    school.clock.advance(60);
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await outcome(order)).toEqual(sold);
  });

  it('of one that nobody knows is refused', async () => {
    expect(await replay('whe_unknown')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});

describe('bodies', () => {
  it('go after 90 days, except of what still waits or is dead; without one there is nothing to replay', async () => {
    const unmatched = await deliver('checkout.session.completed', {
      id: 'cs_test_of_another_shop',
      object: 'checkout.session',
      status: 'complete',
      payment_status: 'paid',
      payment_intent: 'pi_other',
      amount_total: 100,
      currency: 'usd',
      metadata: null,
    });
    const [ignored, dead] = [await deliver('customer.created'), await deliver('customer.deleted')];
    await school.sql(`UPDATE provider_events SET status = 'DEAD' WHERE id = $1`, [dead.id]);
    const all = [unmatched, ignored, dead];
    const kept = () => Promise.all(all.map(async ({ id }) => (await one(id)).body !== null));

    school.clock.advance(90 * DAY - 60);
    admin = await person(school, 'ADMIN');
    await school.app.get(Housekeeping).run();
    expect(await kept()).toEqual([true, true, true]);
    school.clock.advance(120);
    await school.app.get(Housekeeping).run();
    expect(await kept()).toEqual([false, false, true]);

    expect(await one(unmatched.id)).toMatchObject({ status: 'UNMATCHED', body: null });
    expect(await replay(unmatched.id)).toMatchObject({ status: 409, body: { code: 'WEBHOOK_BODY_REMOVED' } });
    expect(await one(unmatched.id)).toMatchObject({ status: 'UNMATCHED', attempts: 1 });
    expect(await audits(unmatched.id)).toEqual([]);
    expect((await replay(dead.id)).status).toBe(200);
  });
});
