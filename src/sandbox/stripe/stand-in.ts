import type { Router } from 'express';
import type Stripe from 'stripe';
import { Account, type EventDetails } from './account.js';
import { stripeApi } from './api.js';
import type { ApiKeys } from './authentication.js';
import { BalanceControls } from './balance-controls.js';
import { settleCharges } from './balance-transactions.js';
import { BillingControls } from './billing/billing-controls.js';
import { paidCharge } from './charges.js';
import { existingSession, expireDueSessions, expireSession } from './checkout-sessions.js';
import { ConnectControls } from './connect-controls.js';
import { Deliveries, type DeliveryAttempt, type DeliveryOptions } from './deliveries.js';
import {
  closeInquiry,
  decideDisputes,
  escalateInquiry,
  loseDispute,
  openDispute,
  winDispute,
  type DisputeOrder,
} from './disputing.js';
import { Mischiefs, type InterceptTarget, type Mischief } from '../common/mischief.js';
import { failCard } from './failing-cards.js';
import { finishBankDebit, payByBankDebit, payByCard, type Buyer, type PaymentAttempt } from './paying.js';
import { arriveDuePayouts } from './paying-out.js';
import { renewCard, type RenewedCard } from './payment-methods.js';
import { failRefund, finishRefund, refundCharge, type RefundOrder } from './refunding.js';
import type { ApiRequest } from './api-request.js';
import { RequestLog } from '../common/request-log.js';
import { saveCard, type SetupAttempt } from './saving-cards.js';
import { settleIn } from './settlement.js';
import { Store } from './store.js';
import { authenticate, type Authenticated, type Authentication } from './three-d-secure.js';
import { configureEndpoints, type ConfiguredWebhook } from './webhook-endpoints.js';
import type { WebhookDisturbance } from '../common/webhook-disturbance.js';

interface StandInOptions {
  keys: ApiKeys;
  webhooks: ConfiguredWebhook[];
  deliveries: DeliveryOptions;
  now: () => Date;
}

export interface PayOptions {
  /** A test card's number; spaces do not matter. */
  card?: string;
  email?: string;
  name?: string;
}

const sweepEveryMilliseconds = 250;

/** Stripe as tests and the hosted pages see it: what buyers do, what Stripe sends, and what goes wrong. */
export class StripeStandIn {
  readonly account: Account;
  /** When money is available, and how it gets to the bank. */
  readonly balance: BalanceControls;
  /** Test clocks, subscriptions and how failed renewals are collected. */
  readonly billing: BillingControls;
  /** The accounts that money is transferred to. */
  readonly connect: ConnectControls;
  private readonly queue: Deliveries;
  private readonly requestLog = new RequestLog<ApiRequest>();
  private readonly mischief = new Mischiefs();
  private settlesLate = false;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    private readonly options: StandInOptions,
  ) {
    this.account = new Account(store, options.now);
    this.balance = new BalanceControls(this.account, () => this.settleUnlessLate());
    this.connect = new ConnectControls(this.account);
    this.billing = new BillingControls(this.account, () => this.settleUnlessLate());
    this.queue = new Deliveries(this.account, options.deliveries);
    this.account.publish = (event) => this.queue.publish(event);
    configureEndpoints(this.account, options.webhooks);
  }

  /** The buyer pays on the hosted page. Throws when the session is not open. */
  pay(sessionId: string, options: PayOptions = {}): PaymentAttempt {
    return payByCard(this.account, sessionId, buyerFrom(options));
  }

  /** The buyer pays by a method that settles days later: the session is complete and unpaid. */
  payLater(sessionId: string, options: Omit<PayOptions, 'card'> = {}): PaymentAttempt {
    return payByBankDebit(this.account, sessionId, buyerFrom(options));
  }

  /** The buyer saves a card on the page of a session in mode `setup`. Throws when the session is not open. */
  completeSetup(sessionId: string, options: PayOptions = {}): SetupAttempt {
    return saveCard(this.account, sessionId, buyerFrom(options));
  }

  /** The buyer at the bank's page, by the id of what waits for it: a PaymentIntent or a SetupIntent. */
  authenticate(intentId: string, result: Authentication): Authenticated {
    return authenticate(this.account, intentId, result);
  }

  /** The bank has given the holder of a saved card a new one, and Stripe hears of it by itself. */
  renewCard(paymentMethodId: string, renewed: RenewedCard): Stripe.PaymentMethod {
    return renewCard(this.account, paymentMethodId, renewed);
  }

  /** From now on a saved card is declined with this code, or wants to be authenticated every time; null: as it was. */
  failCard(paymentMethodId: string, code: string | null): void {
    failCard(this.account, paymentMethodId, code);
  }

  /** What becomes of `payLater`: the session's asynchronous payment has succeeded or failed. */
  finishPayLater(sessionId: string, result: 'succeeded' | 'failed'): PaymentAttempt {
    return finishBankDebit(this.account, sessionId, result === 'succeeded');
  }

  /** The buyer leaves by the Cancel link: nothing changes at Stripe. Returns where the buyer is sent. */
  cancel(sessionId: string): string | null {
    return this.session(sessionId).cancel_url;
  }

  /** The session's time is over, now. */
  expire(sessionId: string): Stripe.Checkout.Session {
    const { status } = this.session(sessionId);
    if (status !== 'open') throw new Error(`Checkout Session ${sessionId} is ${status}, so it cannot expire.`);
    return expireSession(this.account, sessionId);
  }

  session(sessionId: string): Stripe.Checkout.Session {
    return existingSession(this.store, sessionId);
  }

  /** A refund made by hand on Stripe's dashboard, without metadata. Throws Stripe's error when it is refused. */
  refund({
    paymentIntent,
    ...order
  }: { paymentIntent: string } & Pick<RefundOrder, 'amount' | 'reason'>): Stripe.Refund {
    return refundCharge(this.account, this.chargePaying(paymentIntent), order);
  }

  /** The bank has taken the refund: a pending one succeeds, and its reference becomes known. */
  finishRefund(refundId: string): Stripe.Refund {
    return finishRefund(this.account, refundId);
  }

  /** The bank sends the refund back, be it pending or long succeeded. */
  failRefund(refundId: string, reason = 'expired_or_canceled_card'): Stripe.Refund {
    return failRefund(this.account, refundId, reason);
  }

  /** The customer's bank disputes the payment, or only asks about it. */
  dispute(paymentIntentId: string, order: DisputeOrder = {}): Stripe.Dispute {
    return openDispute(this.account, this.chargePaying(paymentIntentId), order);
  }

  winDispute(disputeId: string): Stripe.Dispute {
    return winDispute(this.account, disputeId);
  }

  loseDispute(disputeId: string): Stripe.Dispute {
    return loseDispute(this.account, disputeId);
  }

  /** The inquiry becomes a chargeback. */
  escalateInquiry(disputeId: string): Stripe.Dispute {
    return escalateInquiry(this.account, disputeId);
  }

  /** The inquiry ends without one. */
  closeInquiry(disputeId: string): Stripe.Dispute {
    return closeInquiry(this.account, disputeId);
  }

  /** From now on, charges in these currencies settle in another at these rates: `settleIn('eur', { usd: '0.92' })`. */
  settleIn(currency: string, rates: Record<string, string>): void {
    for (const [charged, rate] of Object.entries(rates)) settleIn(this.account, charged, currency, rate);
  }

  /** Whether charges wait for `settleNow` instead of getting their balance transaction by themselves. */
  settleLate(late: boolean): void {
    this.settlesLate = late;
  }

  settleNow(): void {
    settleCharges(this.account);
  }

  /** Does at once what otherwise happens by itself every quarter of a second: expiry, renewals, settlement, banks' decisions, payouts. */
  sweep(): void {
    expireDueSessions(this.account);
    this.billing.sweep();
    this.settleUnlessLate();
    decideDisputes(this.account);
    arriveDuePayouts(this.account);
  }

  /** Records and sends any event, with an object of the caller's making if need be. */
  emit(type: Stripe.Event.Type, object: object, overrides: EventDetails['overrides'] = {}): Stripe.Event {
    return this.account.record(type, object, { overrides });
  }

  /** Every event, oldest first. */
  events(): Stripe.Event[] {
    return this.store.events.all();
  }

  /** Every attempt to deliver, oldest first. */
  deliveries(): DeliveryAttempt[] {
    return this.queue.attempts();
  }

  /** Every API request that came in, oldest first. */
  requests(): ApiRequest[] {
    return this.requestLog.all();
  }

  /** Holds webhooks, so that a test decides their order by `deliverNow`. */
  pauseWebhooks(): void {
    this.queue.pause();
  }

  resumeWebhooks(): void {
    this.queue.resume();
  }

  /** Sends what is held of one event or of one type, and resolves when it was answered. */
  deliverNow(eventIdOrType: string): Promise<DeliveryAttempt[]> {
    return this.queue.deliverNow(eventIdOrType);
  }

  /** Sends an event once more, delivered or not. */
  redeliver(eventId: string): Promise<DeliveryAttempt[]> {
    return this.queue.redeliver(eventId);
  }

  /** Resolves when no webhook is under way; held ones and later retries are not waited for. */
  webhooksIdle(): Promise<void> {
    return this.queue.idle();
  }

  /** Repeats, delays, shuffles and loses webhooks until `calmWebhooks`. */
  disturbWebhooks(wanted: WebhookDisturbance): void {
    this.queue.disturb(wanted);
  }

  calmWebhooks(): void {
    this.queue.calm();
  }

  /** How webhooks are being disturbed, if they are. */
  webhookDisturbance(): WebhookDisturbance | undefined {
    return this.queue.disturbedBy();
  }

  /** Lets something go wrong with the next matching API calls; returns what removes it. */
  intercept(target: InterceptTarget, handler: Mischief, name?: string): () => void {
    return this.mischief.add(target, handler, name);
  }

  /** What waits to go wrong with API calls. */
  interceptions(): ReturnType<Mischiefs['waiting']> {
    return this.mischief.waiting();
  }

  /** Removes one of `interceptions`, or all. */
  calmApi(id?: string): void {
    this.mischief.remove(id);
  }

  /** The API, to be mounted at the root. */
  api(log: (line: string) => void): Router {
    const { keys } = this.options;
    return stripeApi({ account: this.account, keys, requests: this.requestLog, mischief: this.mischief, log });
  }

  /** Called once the address is known. */
  start(baseUrl: string): void {
    this.account.baseUrl = baseUrl;
    this.queue.resume();
    this.sweeper = setInterval(() => this.sweep(), sweepEveryMilliseconds).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    await this.queue.close();
  }

  private settleUnlessLate(): void {
    if (!this.settlesLate) settleCharges(this.account);
  }

  private chargePaying(paymentIntentId: string): Stripe.Charge {
    const charge = paidCharge(this.account, paymentIntentId);
    if (!charge) throw new Error(`PaymentIntent ${paymentIntentId} was not paid.`);
    return charge;
  }
}

function buyerFrom({ card = '4242424242424242', email, name }: PayOptions): Buyer {
  return { cardNumber: card, email: email ?? null, name: name ?? null, expMonth: 12, expYear: 2034 };
}
