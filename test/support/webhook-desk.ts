import { person, type Person } from './people.js';
import type { School } from './school.js';
import { SECRET, signatureOf } from './stripe-webhook.js';

let number = 0;

/** A checkout in the envelope of an event. */
export const checkoutEvent = (type: string, object: object) => ({
  id: `evt_of_the_test_${(number += 1)}`,
  object: 'event',
  livemode: false,
  type,
  created: Math.floor(Date.now() / 1000),
  data: { object: { object: 'checkout.session', status: 'complete', ...object } },
});

/** How a delivery differs from an honest one. */
export interface Delivery {
  body?: string;
  secret?: string;
  ageSeconds?: number;
  header?: string;
  path?: string;
}

/** A purchase that waits for its money. */
export interface Sale {
  buyer: Person;
  courseId: string;
  sessionId: string;
  paymentId: string;
  stripeId: string;
}

export const untouched = {
  session: 'PENDING',
  payment: 'PENDING',
  reason: null,
  entries: [],
  enrolled: 0,
  refunds: [],
};

export const sold = {
  session: 'COMPLETED',
  payment: 'COMPLETED',
  reason: null,
  entries: ['course.sold'],
  enrolled: 1,
  refunds: [],
};

/** What tests of webhooks send themselves, and what they look at. */
export class WebhookDesk {
  constructor(private readonly school: School) {}

  deliver(event: object, { body, secret = SECRET, ageSeconds = 0, header, path = '/webhooks/stripe' }: Delivery = {}) {
    const payload = JSON.stringify(event, null, 2);
    const timestamp = Math.floor(Date.now() / 1000) - ageSeconds;
    return fetch(`${this.school.url}/api${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': header ?? signatureOf(payload, secret, timestamp),
      },
      body: body ?? payload,
    });
  }

  async sale(buyer?: Person, courseId?: string): Promise<Sale> {
    const who = buyer ?? (await person(this.school));
    const course = courseId ?? (await this.school.course()).id;
    const { session, stripeId } = await this.school.begin(course, who);
    return { buyer: who, courseId: course, sessionId: session.id, paymentId: session.paymentId, stripeId };
  }

  async state({ sessionId, paymentId, courseId, buyer }: Sale) {
    const [row] = await this.school.sql<{ session: string; payment: string; reason: string | null }>(
      `SELECT s.status AS session, p.status AS payment, s.failure_reason AS reason FROM payment_sessions s JOIN payments p ON p.session_id = s.id WHERE s.id = $1`,
      [sessionId],
    );
    const places = await this.school.sql('SELECT 1 FROM enrollments WHERE course_id = $1 AND user_id = $2', [
      courseId,
      buyer.id,
    ]);
    const refunds = await this.school.sql<{ amount: number; currency: string; status: string; reason: string }>(
      'SELECT amount::int, currency, status, reason, failure_reason AS failure FROM refunds WHERE payment_id = $1',
      [paymentId],
    );
    return { ...row, entries: await this.school.entriesAbout(paymentId), enrolled: places.length, refunds };
  }

  inbox(type: string) {
    return this.school.sql<{ status: string }>('SELECT status FROM provider_events WHERE type = $1', [type]);
  }
}
