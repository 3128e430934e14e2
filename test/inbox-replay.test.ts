import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Invariants } from '../src/ledger/index.js';
import type { Person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { type Sale, WebhookDesk } from './support/webhook-desk.js';
import { InboxAdmin } from './support/inbox-admin.js';

/* What is in the inbox is acted on again because an admin says so. */

const DAY = 86_400;

let school: School;
let admin: Person;
let inbox: InboxAdmin;
let webhooks: WebhookDesk;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: String(DAY) });
  admin = school.admin;
  webhooks = new WebhookDesk(school);
  inbox = new InboxAdmin(school, admin);
});
afterAll(async () => {
  expect(await school.app.get(Invariants).check()).toEqual([]);
  await school.close();
});

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

describe('a replay', () => {
  it('of an event that was given up does its work once the cause is gone', async () => {
    const order = await webhooks.sale();
    await school.sql(
      `ALTER TABLE enrollments ADD CONSTRAINT broken CHECK (course_id <> '${order.courseId}') NOT VALID`,
    );
    school.sandbox.stripe.pay(order.stripeId);
    await school.sandbox.stripe.webhooksIdle();
    // The session stays within its time: what nobody hears of is asked for in the end.
    const id = await completedOf(order);
    for (let turn = 0; turn < 40 && (await inbox.one(id)).status === 'RECEIVED'; turn += 1) {
      await school.sql('UPDATE provider_events SET available_at = $1 WHERE status = $2', [
        school.clock.now(),
        'RECEIVED',
      ]);
      await school.settle();
    }
    expect(await inbox.one(id)).toMatchObject({ status: 'DEAD', lastError: expect.stringContaining('broken') });
    expect(await outcome(order)).toEqual(['PENDING', [], 0]);
    expect((await inbox.list('?status=DEAD&type=checkout.session.completed')).data.map((event) => event.id)).toEqual([
      id,
    ]);

    await school.sql('ALTER TABLE enrollments DROP CONSTRAINT broken');
    expect(await inbox.replay(id)).toMatchObject({ status: 200, body: { id, lastError: null } });
    await school.settle();
    expect(await inbox.one(id)).toMatchObject({ status: 'PROCESSED', attempts: 1, lastError: null });
    expect(await outcome(order)).toEqual(sold);
    expect(await inbox.audits(id)).toEqual([
      {
        actor_id: admin.id,
        action: 'webhook-event.replayed',
        before: { status: 'DEAD', attempts: 12 },
        after: { status: 'RECEIVED', attempts: 0 },
      },
    ]);
  });

  it('of what was done already changes nothing, one after another and all at once', async () => {
    const order = await webhooks.sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    const id = await completedOf(order);
    const before = [await outcome(order), await school.books()];
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await inbox.replay(id)).status).toBe(200);
      await school.settle();
    }
    await Promise.all(Array.from({ length: 10 }, () => inbox.replay(id)));
    await school.quiet();
    expect([await outcome(order), await school.books()]).toEqual(before);
    expect(before[0]).toEqual(sold);
    expect(await inbox.one(id)).toMatchObject({ status: 'PROCESSED' });
    expect((await inbox.audits(id)).length).toBe(12);
  });

  it('of every event of a sale, in the wrong order, changes nothing', async () => {
    const order = await webhooks.sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    const { data } = await inbox.list('?limit=100');
    for (const { id } of data) expect((await inbox.replay(id)).status).toBe(200);
    await school.quiet();
    expect(await outcome(order)).toEqual(sold);
    expect((await inbox.list('?status=RECEIVED')).data).toEqual([]);
  });

  it('of one that is being acted on just now is harmless', async () => {
    const order = await webhooks.sale();
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.pay(order.stripeId);
    await school.sandbox.stripe.deliverNow('checkout.session.completed');
    const id = await completedOf(order);
    await Promise.all([inbox.replay(id), school.settle(), inbox.replay(id), school.settle()]);
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await outcome(order)).toEqual(sold);
    expect(await inbox.one(id)).toMatchObject({ status: 'PROCESSED', lastError: null });
  });

  it('of one whose last attempt is just failing is not undone by that failure', async () => {
    const order = await webhooks.sale();
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
    const replayed = inbox.replay(id);
    await waiting(2);
    await held.query('ROLLBACK');
    await held.end();
    expect((await replayed).status).toBe(200);
    await sleep(200);
    expect((await inbox.one(id)).status).toBe('RECEIVED');

    await school.sql(`ALTER TABLE enrollments DROP CONSTRAINT ${broken}`);
    school.clock.advance(60);
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await outcome(order)).toEqual(sold);
  });

  it('of one that nobody knows is refused', async () => {
    expect(await inbox.replay('whe_unknown')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});
