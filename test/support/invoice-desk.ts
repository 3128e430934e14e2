import { accounts } from '../../src/ledger/index.js';
import type { PaidInvoice, SoldItem } from '../../src/payments/index.js';
import { Purchasables, RecordInvoice, TakeBackInvoice } from '../../src/payments/index.js';
import { StripeClient } from '../../src/payments/stripe/stripe-client.js';
import { inTransaction } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { Money } from '../../src/platform/money/index.js';
import { type Answer } from './app.js';
import { type Person, person } from './people.js';
import { expectStatus, type School } from './school.js';

/** A line as a test writes it: plan, net, tax, and how many days from today it begins and ends. */
export type SaidLine = readonly [plan: string, net: number, tax: number, fromDay: number, untilDay: number];

interface Recorded {
  readonly paymentId: string;
  readonly sessionId: string;
}

const DAY = 86_400_000;

/** Invoices of subscriptions that Stripe has collected, without anything that begins subscriptions. */
export class InvoiceDesk {
  /** What was told of what was sold, oldest first. */
  readonly told: [what: string, sessionId: string][] = [];
  private readonly midnight = Math.floor(Date.now() / DAY) * DAY;
  /** Signed in today. */
  admin: Person;
  private number = 0;
  private subscription?: Promise<string>;

  constructor(private readonly school: School) {
    this.admin = school.admin;
    const takeBackInvoice = school.app.get(TakeBackInvoice);
    const tell = (what: string) => (sold: SoldItem) => {
      this.told.push([what, sold.sessionId]);
      return Promise.resolve();
    };
    school.app.get(Purchasables).register({
      kind: 'subscription',
      quote: () => Promise.reject(new Error('not bought this way')),
      fulfil: () => Promise.resolve({ fulfilled: true }),
      suspend: tell('suspend'),
      restore: tell('restore'),
      revoke: tell('revoke'),
      takeBack: (sold, amount) => takeBackInvoice.takeBack(sold, amount),
      putBack: (sold, borne) => takeBackInvoice.putBack(sold, borne),
    });
  }

  /** Stripe has charged a card for one; nothing here knows of it yet. */
  async collected(lines: readonly SaidLine[], { came, card = 'pm_card_visa' }: { came?: number; card?: string } = {}) {
    const invoiceLines = lines.map(([plan, net, tax, from, until]) => ({
      plan,
      net: Money.of(net, 'USD'),
      tax: Money.of(tax, 'USD'),
      isProration: false,
      from: this.day(from),
      until: this.day(until),
    }));
    const sum = lines.reduce((total, [, net, tax]) => total + net + tax, 0);
    const intent = await this.school.app.get(StripeClient).api.paymentIntents.create({
      amount: came ?? sum,
      currency: 'usd',
      payment_method: card,
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    this.number += 1;
    return {
      externalId: `in_of_the_test_${this.number}`,
      number: `BURSAR-${this.number}`,
      transactionId: intent.id,
      total: Money.of(came ?? sum, 'USD'),
      tax: Money.of(
        lines.reduce((total, [, , tax]) => total + tax, 0),
        'USD',
      ),
      lines: invoiceLines,
      isFirst: true,
      paidAt: new Date(),
    } satisfies PaidInvoice;
  }

  async record(invoice: PaidInvoice): Promise<Recorded | undefined> {
    const subscriptionId = await (this.subscription ??= this.subscribed());
    return inTransaction(() =>
      this.school.app.get(RecordInvoice).execute({
        provider: 'STRIPE',
        subscriptionId,
        userId: this.school.student.id,
        title: 'Pro, monthly',
        tax: { rate: 190_000, country: 'DE', region: null },
        invoice,
      }),
    );
  }

  /** What the invoices are of: over by now, so that nobody looks at it. */
  private async subscribed(): Promise<string> {
    const id = newId('subscription');
    await this.school.sql(
      `INSERT INTO subscriptions (id, user_id, provider, status, tier, title, period, price, currency, ended_at, expires_at, created_at, updated_at)
       VALUES ($1, $2, 'STRIPE', 'CANCELED', 'PRO', 'Pro, monthly', 'MONTH', 10000, 'USD', $3, $3, $3, $3)`,
      [id, this.school.student.id, new Date()],
    );
    return id;
  }

  async recorded(lines: readonly SaidLine[], options?: { came?: number; card?: string }) {
    const invoice = await this.collected(lines, options);
    const { paymentId, sessionId } = (await this.record(invoice))!;
    return { paymentId, sessionId, transactionId: invoice.transactionId };
  }

  /** Passes, and what it delivered is recognised. */
  async aDay(): Promise<void> {
    this.school.clock.advance(86_400);
    this.admin = await person(this.school, 'ADMIN');
    await this.school.quiet();
  }

  refund(paymentId: string, amount?: number): Promise<Answer<{ id: string; code: string; providerRefundId: string }>> {
    const body = { paymentId, reason: 'asked', ...(amount !== undefined && { amount }) };
    return this.school.post('/payments/refund', body, this.admin.token);
  }

  async payment(paymentId: string): Promise<Record<string, unknown>> {
    return expectStatus(
      200,
      await this.school.get<Record<string, unknown>>(`/payments/${paymentId}`, this.admin.token),
    );
  }

  /** Of each line: plan, what is left of it, what of that is recognised. */
  async lines(paymentId: string): Promise<[plan: string, amount: number, recognised: number][]> {
    const rows = await this.school.sql<{ plan: string; amount: number; recognised: number }>(
      'SELECT plan, amount::int, recognised::int FROM deferrals WHERE source_id = $1 ORDER BY from_at, amount, id',
      [paymentId],
    );
    return rows.map(({ plan, amount, recognised }) => [plan, amount, recognised]);
  }

  /** What changes in the books meanwhile; what Stripe kept is left out. */
  async moved(work: () => unknown): Promise<Record<string, number>> {
    const before = await this.books();
    await work();
    await this.school.quiet();
    const after = await this.books();
    const codes = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const changes = codes.map((code) => [code, (after[code] ?? 0) - (before[code] ?? 0)] as const);
    return Object.fromEntries(changes.filter(([, change]) => change !== 0));
  }

  async books(): Promise<Record<string, number>> {
    const rows = await this.school.sql<{ code: string; amount: number }>(
      `SELECT a.code || ' ' || a.currency AS code, (CASE WHEN a.type IN ('ASSET', 'EXPENSE') THEN 1 ELSE -1 END * sum(p.amount))::int AS amount
       FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id JOIN ledger_entries e ON e.id = p.entry_id
       WHERE e.kind <> 'provider.settled' GROUP BY a.id`,
    );
    return Object.fromEntries(rows.map(({ code, amount }) => [code, amount]));
  }

  private day(number: number): Date {
    return new Date(this.midnight + number * DAY);
  }
}

export const STRIPE = `${accounts.provider('STRIPE').code} USD`;
export const DEFERRED = `${accounts.deferred('subscriptions').code} USD`;
export const REVENUE = `${accounts.revenue('subscriptions').code} USD`;
export const TAX = `${accounts.tax('DE').code} USD`;
export const PENDING = `${accounts.refundsPending.code} USD`;
