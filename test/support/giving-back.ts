import type { CreatedSessionDto } from '../../src/payments/index.js';
import type { RefundDto } from '../../src/payments/refunds/refunds.dto.js';
import type { Answer } from './app.js';
import { type Person, person } from './people.js';
import { expectStatus, type School } from './school.js';

/** Refunds to it stay pending until the stand-in is told that they are done. */
export const SLOW_REFUNDS = '4000000000007726';
/** Disputed as soon as it was charged: the dispute is told before the payment's success. */
export const DISPUTED = '4000000000000259';

export interface Sale {
  buyer: Person;
  courseId: string;
  sessionId: string;
  paymentId: string;
  stripeId: string;
  /** Stripe's PaymentIntent; empty when the sale was paid from a wallet. */
  intent: string;
}

export interface SaleTerms {
  buyer?: Person;
  courseId?: string;
  price?: number;
  currency?: string;
  /** Decides the tax; none unless told. */
  country?: string;
  couponCode?: string;
  shareBasisPoints?: number;
  provider?: 'WALLET';
  card?: string;
}

export interface Refusal {
  code: string;
  detail: string;
  errors?: { pointer: string }[];
}

interface RefundTerms {
  amount?: unknown;
  destination?: string;
  refundId?: string;
  [other: string]: unknown;
}

/** What tests of refunds and disputes do and look at. */
export class Desk {
  constructor(private readonly school: School) {}

  /** A purchase that waits for its money. */
  async begin({
    buyer,
    courseId,
    price = 10_000,
    currency = 'USD',
    shareBasisPoints,
    ...terms
  }: SaleTerms = {}): Promise<Sale> {
    const who = buyer ?? (await person(this.school));
    const course = courseId ?? (await this.school.course({ price, currency })).id;
    if (shareBasisPoints !== undefined) {
      const agreed = { shareBasisPoints, keepAccessOnRefund: false };
      const put = { body: agreed, token: this.school.admin.token };
      expectStatus(200, await this.school.request('PUT', `/courses/${course}/terms`, put));
    }
    const { country = 'US', couponCode, provider } = terms;
    const body = { courseId: course, country, couponCode, provider };
    const answer = await this.school.post<CreatedSessionDto>('/payments/sessions', body, who.token);
    const { session } = expectStatus(201, answer);
    const { id: sessionId, paymentId, providerReference } = session;
    return { buyer: who, courseId: course, sessionId, paymentId, stripeId: providerReference ?? '', intent: '' };
  }

  /** A purchase that is paid and heard of, its fee booked. */
  async buy(terms: SaleTerms = {}): Promise<Sale> {
    const sale = await this.begin(terms);
    if (terms.provider !== 'WALLET') this.pay(sale, terms.card);
    await this.quiet();
    return sale;
  }

  /** The buyer pays on the provider's page. */
  pay(sale: Sale, card?: string): void {
    sale.intent = this.school.sandbox.stripe.pay(sale.stripeId, { card }).paymentIntent!.id;
  }

  /** A wallet that was paid into: the payment of it, and whose it is. */
  async topUp(amount: number, currency = 'USD', buyer?: Person): Promise<Sale> {
    const who = buyer ?? (await person(this.school));
    const body = { amount, currency };
    const answer = await this.school.post<CreatedSessionDto>('/finance/actions/wallet-topup', body, who.token);
    const { session } = expectStatus(201, answer);
    const { id: sessionId, paymentId, providerReference: stripeId } = session;
    const sale = { buyer: who, courseId: '', sessionId, paymentId, stripeId: stripeId!, intent: '' };
    this.pay(sale);
    await this.quiet();
    return sale;
  }

  async wallet({ id }: Person, currency = 'USD'): Promise<number> {
    const code = `liability:wallet:${id}`;
    const rows = await this.school.sql<{ balance: number }>(
      'SELECT balance::int FROM ledger_accounts WHERE code = $1 AND currency = $2',
      [code, currency],
    );
    return rows[0]?.balance ?? 0;
  }

  refund(
    { paymentId }: Pick<Sale, 'paymentId'>,
    terms: RefundTerms = {},
    { who = this.school.admin, key }: { who?: Person; key?: string } = {},
  ): Promise<Answer<RefundDto & Refusal>> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    return this.school.post(
      '/payments/refund',
      { paymentId, reason: 'not as described', ...terms },
      who.token,
      headers,
    );
  }

  /** A refund that is done at once. */
  async refunded(sale: Pick<Sale, 'paymentId'>, terms: RefundTerms = {}): Promise<RefundDto> {
    const refund = expectStatus(200, await this.refund(sale, terms));
    if (refund.status !== 'SUCCEEDED') throw new Error(`the refund is ${refund.status}`);
    return refund;
  }

  async refunds({ paymentId }: Pick<Sale, 'paymentId'>): Promise<[status: string, amount: number][]> {
    const rows = await this.school.sql<{ status: string; amount: number }>(
      'SELECT status, amount::int FROM refunds WHERE payment_id = $1 ORDER BY id',
      [paymentId],
    );
    return rows.map(({ status, amount }) => [status, amount]);
  }

  /** Refunds of a sale as Stripe has them. */
  refundsAtStripe({ intent }: Sale): [status: string | null, amount: number][] {
    return this.school.sandbox.stripe.account.store.refunds
      .filter((refund) => refund.payment_intent === intent)
      .map(({ status, amount }) => [status, amount]);
  }

  /** Charges of an intent that Stripe has taken. */
  chargesOf(intent: string) {
    return this.school.sandbox.stripe.account.store.charges.filter(
      (charge) => charge.payment_intent === intent && charge.status === 'succeeded',
    );
  }

  /** How payment, place, access and the course's public number stand. */
  async standing({ paymentId, courseId, buyer }: Pick<Sale, 'paymentId' | 'courseId' | 'buyer'>) {
    const [row] = await this.school.sql<{
      payment: string;
      refunded: number;
      disputed: number;
      place: string | null;
      paid: string | null;
      open: boolean;
      count: number | null;
    }>(
      `SELECT p.status AS payment, p.refunded_amount::int AS refunded, p.disputed_amount::int AS disputed, e.status AS place,
         e.payment_status AS paid, EXISTS (SELECT 1 FROM access_grants g
           WHERE g.user_id = $3 AND g.course_id = $2 AND g.revoked_at IS NULL) AS open, c.enrollment_count AS count
       FROM payments p LEFT JOIN courses c ON c.id = $2 LEFT JOIN enrollments e ON e.course_id = $2 AND e.user_id = $3
       WHERE p.id = $1`,
      [paymentId, courseId, buyer.id],
    );
    return row!;
  }

  /** What a piece of work and all that follows from it change in the books; whose accounts they are is left out. */
  async moved(work: () => unknown): Promise<Record<string, number>> {
    const before = await this.school.books();
    await work();
    await this.quiet();
    return this.movedSince(before);
  }

  async movedSince(before: Record<string, number>): Promise<Record<string, number>> {
    const after = await this.school.books();
    const moved: Record<string, number> = {};
    for (const code of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const name = code.replace(this.school.instructor.id, 'instructor').replace(/(usr|pay)_\w+/, 'buyer');
      moved[name] = (moved[name] ?? 0) + (after[code] ?? 0) - (before[code] ?? 0);
    }
    return Object.fromEntries(Object.entries(moved).filter(([, amount]) => amount !== 0));
  }

  /** Everything sent is heard and acted on, the provider's own account included. */
  async quiet(): Promise<void> {
    this.school.sandbox.stripe.settleNow();
    await this.school.quiet();
  }

  /** Pauses are over: what waits to be tried again is. Tokens do not outlive the hours that this would take. */
  async later(): Promise<void> {
    for (const [table, column] of [
      ['refunds', 'next_try_at'],
      ['payments', 'movements_check_at'],
      ['provider_events', 'available_at'],
    ])
      await this.school.sql(`UPDATE ${table} SET ${column} = least(${column}, $1) WHERE ${column} IS NOT NULL`, [
        this.school.clock.now(),
      ]);
    await this.quiet();
  }

  /** Entries about a payment, oldest first. */
  async entries({ paymentId }: Pick<Sale, 'paymentId'>): Promise<string[]> {
    const rows = await this.school.sql<{ kind: string }>(
      'SELECT kind FROM ledger_entries WHERE object_id = $1 ORDER BY id',
      [paymentId],
    );
    return rows.map(({ kind }) => kind);
  }
}

/** What a full refund of a sale moves in the books once it is done: seven tenths were the instructor's. */
export const takenBack = {
  'asset:provider:stripe USD': -10_000,
  'liability:earnings-pending:instructor USD': -7000,
  'revenue:courses USD': -3000,
};

/** Stripe's usual fee. */
export const feeOf = (amount: number): number => Math.floor((amount * 29 + 500) / 1000) + 30;
