import type { Router } from 'express';
import { Callbacks, type CallbackOptions } from '../common/callbacks.js';
import { Mischiefs, type InterceptTarget, type Mischief } from '../common/mischief.js';
import { RequestLog } from '../common/request-log.js';
import { paymobApi, type PaymobRequest } from './api.js';
import { forgetOldTokens } from './authentication.js';
import type { PaymobHabits } from './habits.js';
import { intentionObject, type IntentionObject } from './intention-object.js';
import { paymobDefaults, type PaymobKeys } from './keys.js';
import { Merchant } from './merchant.js';
import { decline, finishPayment, pay, payPending, type PaymobAttempt } from './paying.js';
import { finishRefund, refund, voidPayment } from './refunding.js';
import { PaymobStore, type PaymobState, type Transaction } from './store.js';
import { redirectFor } from './telling.js';
import type { PaymobPayOptions } from './test-cards.js';
import { transactionObject, type TransactionObject } from './transaction-object.js';

interface PaymobOptions {
  /** What is not given is as in `paymobDefaults`. */
  keys?: Partial<PaymobKeys>;
  callbacks: CallbackOptions;
  now: () => Date;
  changed: () => void;
}

const sweepEveryMilliseconds = 60_000;

/** Paymob as tests and the hosted page see it: what buyers do, what Paymob tells, and what goes wrong. */
export class PaymobStandIn {
  readonly merchant: Merchant;
  /** What was told, or is about to be; `about` is a transaction's id as text. */
  readonly callbacks: Callbacks;
  private readonly store: PaymobStore;
  private readonly requestLog = new RequestLog<PaymobRequest>();
  private readonly mischief = new Mischiefs();
  private sweeper: NodeJS.Timeout | undefined;

  constructor({ keys, callbacks, now, changed }: PaymobOptions) {
    this.store = new PaymobStore(changed);
    this.merchant = new Merchant(this.store, { ...paymobDefaults, ...keys }, now);
    this.callbacks = new Callbacks(callbacks);
    this.merchant.publish = (callback) => this.callbacks.send(callback);
  }

  /** Every intention, oldest first. */
  intentions(): IntentionObject[] {
    return this.store.intentions.all().map((intention) => intentionObject(this.merchant, intention));
  }

  /** Every transaction as it is now, refunds and voids too, oldest first. */
  transactions(): TransactionObject[] {
    return this.store.transactions.all().map((transaction) => transactionObject(this.merchant, transaction));
  }

  /**
   * The buyer pays on the hosted page; with a card that is declined, is declined. By the intention's client secret, its order's id or its own.
   * Throws when it is paid already or has expired.
   */
  pay(intention: string | number, options: PaymobPayOptions = {}): PaymobAttempt {
    return pay(this.merchant, intention, options);
  }

  /** The buyer tries, and the bank says no. The same intention can be paid afterwards. */
  decline(intention: string | number, message = 'Declined'): PaymobAttempt {
    return decline(this.merchant, intention, message);
  }

  /** The buyer has tried, and how it ends is not known until `finish`. */
  payPending(intention: string | number, options: PaymobPayOptions = {}): PaymobAttempt {
    return payPending(this.merchant, intention, options);
  }

  /** How a pending payment or a pending refund ends. */
  finish(transactionId: string | number, result: 'success' | 'decline', message = 'Declined'): PaymobAttempt {
    const transaction = this.store.transactions.get(String(transactionId));
    if (transaction.status !== 'pending') throw new Error(`Transaction ${transactionId} is not pending.`);
    const refusal = result === 'success' ? null : message;
    if (transaction.kind === 'payment') return finishPayment(this.merchant, transaction, refusal);
    return { transaction: this.shown(finishRefund(this.merchant, transaction, refusal)), redirect: null };
  }

  /** A refund made on Paymob's dashboard, of all that is left unless told. Throws Paymob's refusal. */
  refundByHand(transactionId: string | number, amount?: number): TransactionObject {
    return this.shown(refund(this.merchant, String(transactionId), amount));
  }

  /** A void made on Paymob's dashboard. Throws Paymob's refusal. */
  voidByHand(transactionId: string | number): TransactionObject {
    return this.shown(voidPayment(this.merchant, String(transactionId)));
  }

  /** Where the buyer of a payment is sent, with the response parameters as they are now. */
  redirect(transactionId: string | number): string | null {
    return redirectFor(this.merchant, this.store.transactions.get(String(transactionId)));
  }

  /** Switches on or off what Paymob does at some times and not at others. */
  behave(changes: Partial<PaymobHabits>): void {
    this.merchant.habits = { ...this.merchant.habits, ...changes };
  }

  habits(): PaymobHabits {
    return { ...this.merchant.habits };
  }

  /** Every API request that came in, oldest first. */
  requests(): PaymobRequest[] {
    return this.requestLog.all();
  }

  /** Lets something go wrong with the next matching API calls; returns what removes it. Paths begin with `/paymob`. */
  intercept(target: Omit<InterceptTarget, 'layer'>, handler: Mischief, name?: string): () => void {
    return this.mischief.add({ ...target, layer: 'network' }, handler, name);
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
    return paymobApi({ merchant: this.merchant, requests: this.requestLog, mischief: this.mischief, log });
  }

  snapshot(): PaymobState {
    return this.store.snapshot();
  }

  restore(kept: PaymobState): void {
    this.store.restore(kept);
  }

  /** Does at once what otherwise happens by itself every minute: old tokens are forgotten. Intentions expire without it. */
  sweep(): void {
    forgetOldTokens(this.merchant);
  }

  /** Called once the address is known. */
  start(baseUrl: string): void {
    this.merchant.baseUrl = `${baseUrl}/paymob`;
    this.sweeper = setInterval(() => this.sweep(), sweepEveryMilliseconds).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    await this.callbacks.close();
  }

  private shown(transaction: Transaction): TransactionObject {
    return transactionObject(this.merchant, transaction);
  }
}
