import { createHmac } from 'node:crypto';
import type { PaymentSessionDto } from '../../src/payments/checkout/sessions.dto.js';
import type { PaymentDto } from '../../src/payments/history/payments.dto.js';
import type { CreatedSessionDto } from '../../src/payments/index.js';
import {
  type PaymobIntention,
  paymobDefaults,
  paymobHmacOf,
  paymobSignedValues,
  type PaymobStandIn,
  type PaymobTransaction,
} from '../../src/sandbox/index.js';
import { Desk, type Refusal, type Sale } from './giving-back.js';
import { type Person, person } from './people.js';
import { expectStatus, type School } from './school.js';

export interface PaymobTerms {
  buyer?: Person;
  courseId?: string;
  price?: number;
  country?: string;
  couponCode?: string;
  packageId?: string;
  returnUrl?: string;
}

/** How long a session can be paid. */
export const SESSION_SECONDS = 30 * 60;
export const INTENTION = { method: 'POST', path: '/paymob/v1/intention/' };
export const INQUIRY = { method: 'POST', path: '/paymob/api/ecommerce/orders/transaction_inquiry' };
export const REFUND = { method: 'POST', path: '/paymob/api/acceptance/void_refund/refund' };
export const VOID = { method: 'POST', path: '/paymob/api/acceptance/void_refund/void' };

/** What tests of Paymob do and look at. A sale's `stripeId` is its order at Paymob here, its `intent` the transaction that paid it. */
export class PaymobDesk extends Desk {
  constructor(private readonly at: School) {
    super(at);
  }

  get paymob(): PaymobStandIn {
    return this.at.sandbox.paymob;
  }

  /** Asks for a page to pay on; the answer as it comes. */
  async ask({ buyer, courseId, price = 10_000, country = 'US', ...rest }: PaymobTerms, key?: string) {
    const who = buyer ?? (await person(this.at));
    const thing = rest.packageId ? {} : { courseId: courseId ?? (await this.at.course({ price, currency: 'EGP' })).id };
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const body = { ...thing, provider: 'PAYMOB', country, ...rest };
    const answer = await this.at.post<CreatedSessionDto & Refusal>('/payments/sessions', body, who.token, headers);
    return { answer, buyer: who, courseId: thing.courseId ?? '' };
  }

  override async begin(terms: PaymobTerms = {}): Promise<Sale> {
    const { answer, buyer, courseId } = await this.ask(terms);
    const { id: sessionId, paymentId, providerReference } = expectStatus(201, answer).session;
    return { buyer, courseId, sessionId, paymentId, stripeId: providerReference ?? '', intent: '' };
  }

  override async buy(terms: PaymobTerms = {}): Promise<Sale> {
    const sale = await this.begin(terms);
    this.pay(sale);
    await this.quiet();
    return sale;
  }

  /** The buyer pays on Paymob's page. */
  override pay(sale: Sale, card?: string): void {
    sale.intent = String(this.paymob.pay(sale.stripeId, { card }).transaction.id);
  }

  /** The buyer pays, and Paymob never tells anybody. */
  payUnheard(sale: Sale): void {
    this.paymob.callbacks.disturb({ drop: 1, dropped: 'never retried' });
    this.pay(sale);
  }

  intentionsOf({ paymentId }: Pick<Sale, 'paymentId'>): PaymobIntention[] {
    return this.paymob.intentions().filter(({ special_reference: reference }) => reference === paymentId);
  }

  /** What Paymob has of an order, oldest first. */
  transactionsOf({ stripeId }: Pick<Sale, 'stripeId'>): PaymobTransaction[] {
    return this.paymob.transactions().filter(({ order }) => String(order.id) === stripeId);
  }

  /** What went back of an order at Paymob: each refund and void, and how it stands. */
  givenBackAtPaymob(sale: Pick<Sale, 'stripeId'>): [what: string, status: string, amount: number][] {
    return this.transactionsOf(sale)
      .filter(({ is_refund: isRefund, is_void: isVoid }) => isRefund || isVoid)
      .map((child) => [
        child.is_void ? 'void' : 'refund',
        child.success ? 'success' : child.pending ? 'pending' : 'declined',
        child.amount_cents,
      ]);
  }

  async session({ sessionId, buyer }: Pick<Sale, 'sessionId' | 'buyer'>): Promise<PaymentSessionDto> {
    return expectStatus(200, await this.at.get<PaymentSessionDto>(`/payments/sessions/${sessionId}`, buyer.token));
  }

  async payment({ paymentId, buyer }: Pick<Sale, 'paymentId' | 'buyer'>): Promise<PaymentDto> {
    return expectStatus(200, await this.at.get<PaymentDto>(`/payments/${paymentId}`, buyer.token));
  }

  /** Session, payment and why, with the entries about it and the refunds of it. */
  async state({ sessionId, paymentId }: Pick<Sale, 'sessionId' | 'paymentId'>) {
    const [row] = await this.at.sql<{ session: string; payment: string; reason: string | null }>(
      `SELECT s.status AS session, p.status AS payment, s.failure_reason AS reason
       FROM payment_sessions s JOIN payments p ON p.session_id = s.id WHERE s.id = $1`,
      [sessionId],
    );
    return { ...row!, entries: await this.entries({ paymentId }), refunds: await this.refunds({ paymentId }) };
  }

  /** Time goes by, and all that it brings is done. */
  async pass(seconds: number): Promise<void> {
    this.at.clock.advance(seconds);
    await this.quiet();
  }

  /** Voids are for the day of the payment only: from here on it is another. */
  async anotherDay(): Promise<void> {
    await this.pass(26 * 3600);
  }

  /** A transaction in the envelope of a callback, changed, and signed as it then is unless told. */
  async deliver(
    transaction: object,
    {
      changes = {},
      secret = paymobDefaults.hmacSecret,
      hmac,
      unsigned = {},
      type = 'TRANSACTION',
      path,
    }: Delivery = {},
  ): Promise<number> {
    const obj = { ...transaction, ...changes } as PaymobTransaction;
    const signature = hmac ?? paymobHmacOf(paymobSignedValues(obj), secret);
    return this.post(path ?? `?hmac=${signature}`, { type, obj: { ...obj, ...unsigned } });
  }

  /** A card that was kept, signed as Paymob signs those. */
  async deliverToken(token: Record<string, string | number>): Promise<number> {
    const fields = ['card_subtype', 'created_at', 'email', 'id', 'masked_pan', 'merchant_id', 'order_id', 'token'];
    const text = fields.map((field) => String(token[field])).join('');
    const hmac = createHmac('sha512', paymobDefaults.hmacSecret).update(text).digest('hex');
    return this.post(`?hmac=${hmac}`, { type: 'TOKEN', obj: token });
  }

  /** What came in about a transaction, in the order of its coming. */
  async inbox(transactionId: string | number): Promise<[type: string, status: string][]> {
    const rows = await this.at.sql<{ type: string; status: string }>(
      `SELECT type, status FROM provider_events WHERE provider = 'PAYMOB' AND external_id LIKE $1 ORDER BY id`,
      [`${transactionId}:%`],
    );
    return rows.map(({ type, status }) => [type, status]);
  }

  private async post(query: string, body: object): Promise<number> {
    const answer = await fetch(`${this.at.url}/api/finance/webhooks/paymob${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  }
}

export interface Delivery {
  /** What differs from the transaction, signed. */
  changes?: object;
  /** What is changed after signing. */
  unsigned?: object;
  secret?: string;
  hmac?: string;
  type?: string;
  /** All that follows the address, in place of the signature. */
  path?: string;
}
