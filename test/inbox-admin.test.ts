import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { Housekeeping } from '../src/platform/jobs/index.js';
import { person, type Person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { signatureOf } from './support/stripe-webhook.js';
import { InboxAdmin } from './support/inbox-admin.js';

/* The inbox as an admin sees it: found, read, acted on again. */

const DAY = 86_400;

let school: School;
let admin: Person;
let inbox: InboxAdmin;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: String(DAY) });
  admin = school.admin;
  inbox = new InboxAdmin(school, admin);
});
afterAll(async () => {
  expect(await school.app.get(Invariants).check()).toEqual([]);
  await school.close();
});

let number = 0;
/** Delivers an event as Stripe would, and waits until it was acted on. Answers its id in the inbox. */
async function deliver(type: string, object: object = {}): Promise<{ id: string; externalId: string }> {
  number += 1;
  const externalId = `evt_of_the_test_${number}`;
  const payload = JSON.stringify({ id: externalId, object: 'event', livemode: false, type, data: { object } });
  const answer = await fetch(`${school.url}/api/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'stripe-signature': signatureOf(payload),
    },
    body: payload,
  });
  expect(answer.status).toBe(200);
  await school.settle();
  return { id: (await inbox.list(`?externalId=${externalId}`)).data[0]!.id, externalId };
}

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
    const { data } = await inbox.list(query);
    return data.map(({ id }) => events.findIndex((event) => event.id === id)).filter((index) => index >= 0);
  };

  it('is listed newest first, without bodies', async () => {
    const { data, pagination } = await inbox.list('?type=inv*');
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
    const [from, to] = [(await inbox.one(events[1]!.id)).receivedAt, (await inbox.one(events[3]!.id)).receivedAt].map(
      String,
    );
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
    expect(await inbox.one(id)).toMatchObject({
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
    expect((await inbox.replay(id, other.token)).status).toBe(403);
    expect(await inbox.audits(id)).toEqual([]);
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
    const kept = () => Promise.all(all.map(async ({ id }) => (await inbox.one(id)).body !== null));

    school.clock.advance(90 * DAY - 60);
    inbox = new InboxAdmin(school, await person(school, 'ADMIN'));
    await school.app.get(Housekeeping).run();
    expect(await kept()).toEqual([true, true, true]);
    school.clock.advance(120);
    await school.app.get(Housekeeping).run();
    expect(await kept()).toEqual([false, false, true]);

    expect(await inbox.one(unmatched.id)).toMatchObject({ status: 'UNMATCHED', body: null });
    expect(await inbox.replay(unmatched.id)).toMatchObject({ status: 409, body: { code: 'WEBHOOK_BODY_REMOVED' } });
    expect(await inbox.one(unmatched.id)).toMatchObject({ status: 'UNMATCHED', attempts: 1 });
    expect(await inbox.audits(unmatched.id)).toEqual([]);
    expect((await inbox.replay(dead.id)).status).toBe(200);
  });
});
