import type Stripe from 'stripe';
import { inTransaction } from '../../src/platform/database/index.js';
import { PaymentStrategies } from '../../src/payments/ports/payment-strategy.js';
import { ApplyReport } from '../../src/payments/webhooks/apply-report.js';
import { person } from '../support/people.js';
import type { School } from '../support/school.js';

/** What happens at Stripe after the buyer has paid. */
export type Story = (school: School, intent: string) => void;

/** One real purchase at the stand-in, its events, and any number of copies of it that wait to hear of them. */
export class PaymentLives {
  private constructor(
    private readonly school: School,
    /** The ids that tell one life from another. */
    private readonly ids: readonly string[],
    readonly events: readonly Stripe.Event[],
    private readonly paymentId: string,
  ) {}

  static async prepare(school: School, types: readonly string[], story: Story): Promise<PaymentLives> {
    const buyer = await person(school);
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, buyer);
    const stripe = school.sandbox.stripe;
    stripe.pauseWebhooks();
    const before = stripe.events().length;
    stripe.pay(stripeId);
    const intent = stripe.session(stripeId).payment_intent as string;
    story(school, intent);
    const events = stripe
      .events()
      .slice(before)
      .filter(({ type }) => types.includes(type));
    const made = [...JSON.stringify(events).matchAll(/"((?:evt|ch|re|du|pyr)_[A-Za-z0-9]+)"/g)].map(([, id]) => id!);
    const ids = [session.id, session.paymentId, stripeId, intent, buyer.id, ...new Set(made)];
    return new PaymentLives(school, ids, events, session.paymentId);
  }

  /** Copies the buyer, the session and the payment, as they were before anything was heard. */
  async copy(names: readonly string[]): Promise<void> {
    const [sessionId, paymentId, reference, , userId] = this.ids;
    const copies = (table: string, changes: string, id: string) => `
      INSERT INTO ${table} SELECT (jsonb_populate_record(t, ${changes})).*
      FROM ${table} t, unnest($1::text[]) AS copied(suffix) WHERE t.id = '${id}'`;
    const build = (fields: Record<string, string>) =>
      `jsonb_build_object(${Object.entries(fields)
        .map(([key, value]) => `'${key}', '${value}' || suffix`)
        .join(', ')})`;
    await this.school.sql(copies('users', build({ id: userId!, email: 'copy-' }), userId!), [names]);
    await this.school.sql(copies('payment_sessions', build({ id: sessionId!, user_id: userId! }), sessionId!), [names]);
    const payment = { id: paymentId!, session_id: sessionId!, user_id: userId!, provider_reference: reference! };
    await this.school.sql(copies('payments', build(payment), paymentId!), [names]);
  }

  /** The events as they would be about a copy. */
  eventsOf(name: string): string[] {
    return this.events.map((event) =>
      this.ids.reduce((text, id) => text.replaceAll(id, `${id}${name}`), JSON.stringify(event)),
    );
  }

  /** Acts on the events in this order, as the inbox does: what comes too early is heard again at the end. */
  async live(bodies: readonly string[]): Promise<void> {
    const strategy = this.school.app.get(PaymentStrategies).provider('STRIPE');
    const applyReport = this.school.app.get(ApplyReport);
    let waiting = [...bodies];
    for (let round = 0; waiting.length > 0; round += 1) {
      if (round > bodies.length) throw new Error(`never acted on: ${waiting.join('\n')}`);
      const again: string[] = [];
      for (const body of waiting) {
        const report = await strategy.interpret({ body });
        if (!report) continue;
        const reception = await inTransaction(() => applyReport.execute('STRIPE', report));
        if (reception !== 'applied') again.push(body);
      }
      waiting = again;
    }
  }

  /** How each life has ended, in words that are equal for equal ends. */
  async ends(names: readonly string[]): Promise<Set<string>> {
    const rows = await this.school.sql<{ end: unknown }>(
      `SELECT jsonb_build_object(
         'payment', p.status, 'session', s.status, 'refunded', p.refunded_amount, 'disputed', p.disputed_amount,
         'place', (SELECT jsonb_build_array(e.status, e.payment_status) FROM enrollments e WHERE e.payment_session_id = s.id),
         'access', (SELECT count(*) FROM access_grants g WHERE g.user_id = p.user_id AND g.revoked_at IS NULL),
         'refunds', (SELECT jsonb_agg(jsonb_build_array(r.amount, r.status) ORDER BY r.amount) FROM refunds r WHERE r.payment_id = p.id),
         'disputes', (SELECT jsonb_agg(jsonb_build_array(d.amount, d.status, d.lost_amount, d.withdrawn_at IS NOT NULL,
           d.reinstated_at IS NOT NULL)) FROM disputes d WHERE d.payment_id = p.id),
         'books', (SELECT jsonb_object_agg(code, amount) FROM (
           SELECT a.code, sum(l.amount) AS amount FROM ledger_entries e JOIN ledger_postings l ON l.entry_id = e.id
             JOIN ledger_accounts a ON a.id = l.account_id
           WHERE e.object_id = p.id GROUP BY a.code HAVING sum(l.amount) <> 0) balances)) AS end
       FROM payments p JOIN payment_sessions s ON s.id = p.session_id WHERE p.id = ANY ($1)`,
      [names.map((name) => `${this.paymentId}${name}`)],
    );
    if (rows.length !== names.length) throw new Error('some lives are missing');
    return new Set(rows.map(({ end }) => JSON.stringify(end)));
  }
}
