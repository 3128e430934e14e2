import type { Router } from 'express';
import { Callbacks } from '../common/callbacks.js';
import { Mischiefs, type InterceptTarget, type Mischief } from '../common/mischief.js';
import { RequestLog } from '../common/request-log.js';
import { darajaApi, type DarajaRequest } from './api.js';
import { Merchant } from './merchant.js';
import type { ResultCode } from './result-codes.js';
import { reverseByHand } from './reversal.js';
import { payPush, payPushLate, payPushSilently, refusePush, ringOut } from './ringing.js';
import type { MpesaSettings } from './settings.js';
import { tellOfPush } from './stk-callback.js';
import { type Disbursement, type KeptMpesa, MpesaStore, type Payment, type Push, type Reversal } from './store.js';
import type { ConversationKind, Switches, WantedEnd } from './switches.js';
import { revokeTokens } from './tokens.js';

interface StandInOptions {
  settings: MpesaSettings;
  /** Milliseconds after which an address that does not answer has not heard. */
  callbackTimeout: number;
  now: () => Date;
  changed: () => void;
  log: (line: string) => void;
}

/** A push as it is now. */
export interface MpesaPush extends Omit<Push, 'id' | 'queriedAs'> {
  checkoutRequestId: string;
}

const sweepEveryMilliseconds = 250;

/** M-Pesa as tests and the pages see it: what people do with their phones, what Safaricom tells, and what goes wrong. */
export class MpesaStandIn {
  /** What is told to the merchant's addresses, by CheckoutRequestID or ConversationID. */
  readonly callbacks: Callbacks;
  private readonly store: MpesaStore;
  private readonly merchant: Merchant;
  private readonly requestLog = new RequestLog<DarajaRequest>();
  private readonly mischief = new Mischiefs();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(private readonly options: StandInOptions) {
    const { settings, callbackTimeout: timeout, now, changed, log } = options;
    this.store = new MpesaStore(changed);
    this.callbacks = new Callbacks({ timeout, now, log });
    this.merchant = new Merchant(this.store, settings, this.callbacks, now);
  }

  get settings(): Readonly<MpesaSettings> {
    return this.merchant.settings;
  }

  /** Every push, oldest first. */
  pushes(): MpesaPush[] {
    return this.store.pushes.all().map(shown);
  }

  /** The push that lets this phone ring now. */
  ringing(phone: string): MpesaPush | undefined {
    return this.pushes().find((push) => push.status === 'ringing' && push.phone === phone);
  }

  /** The right PIN is typed. Like all that ends a push, throws when it does not ring any more. */
  accept(checkoutRequestId: string): MpesaPush {
    return shown(payPush(this.merchant, checkoutRequestId));
  }

  cancel(checkoutRequestId: string): MpesaPush {
    return this.fail(checkoutRequestId, 1032);
  }

  wrongPin(checkoutRequestId: string): MpesaPush {
    return this.fail(checkoutRequestId, 2001);
  }

  insufficientFunds(checkoutRequestId: string): MpesaPush {
    return this.fail(checkoutRequestId, 1);
  }

  noAnswer(checkoutRequestId: string): MpesaPush {
    return this.fail(checkoutRequestId, 1037);
  }

  expire(checkoutRequestId: string): MpesaPush {
    return this.fail(checkoutRequestId, 1019);
  }

  fail(checkoutRequestId: string, resultCode: ResultCode, resultDesc?: string): MpesaPush {
    return shown(refusePush(this.merchant, checkoutRequestId, resultCode, resultDesc));
  }

  /** After 1037 or 1019: the money was taken after all, and a second callback says so. */
  payLate(checkoutRequestId: string): MpesaPush {
    return shown(payPushLate(this.merchant, checkoutRequestId));
  }

  /** Paid, and no callback tells of it: only a query does. */
  settleSilently(checkoutRequestId: string): MpesaPush {
    return shown(payPushSilently(this.merchant, checkoutRequestId));
  }

  /** Tells of a push as it is now: once more, or at last. */
  sendCallback(checkoutRequestId: string): void {
    const push = this.store.pushes.get(checkoutRequestId);
    if (push.status === 'ringing')
      throw new Error(`The push ${checkoutRequestId} still rings: there is nothing to tell.`);
    tellOfPush(this.merchant, push);
  }

  /** From now on queries about this push say so, whatever is true. */
  answerQueries(checkoutRequestId: string, resultCode: ResultCode, resultDesc: string): void {
    this.store.pushes.update(checkoutRequestId, { queriedAs: { resultCode: String(resultCode), resultDesc } });
  }

  /** How queries say that a phone still rings: an error 500, or a 200 with the ResultCode 4999. */
  pendingShape(shape: Switches['pendingShape']): void {
    this.merchant.switches.pendingShape = shape;
  }

  /** What was paid, by receipt. */
  payments(): Payment[] {
    return this.store.payments.all();
  }

  reversals(): Reversal[] {
    return this.store.reversals.all();
  }

  disbursements(): Disbursement[] {
    return this.store.disbursements.all();
  }

  /** What is left of a payment is given back on the merchant's portal: nobody is told. */
  reverseByHand(receipt: string): Reversal {
    return reverseByHand(this.merchant, receipt);
  }

  /** Decides how the next reversal, payout or status query ends; several are taken up in their order. */
  nextRequest(kind: ConversationKind, end: WantedEnd): void {
    this.merchant.switches.endNext(kind, end);
  }

  /** Whether the initiator's credential is locked, as after too many wrong ones: everything ends with 8006. */
  lockCredential(locked = true): void {
    this.merchant.switches.credentialLocked = locked;
  }

  /** What is switched on. */
  switches(): Pick<Switches, 'pendingShape' | 'credentialLocked' | 'waiting'> {
    return this.merchant.switches;
  }

  /** In shillings: what customers have paid, and what payouts come from. */
  balances(): { till: number; utility: number } {
    return { till: this.store.till, utility: this.store.utility };
  }

  setUtilityBalance(shillings: number): void {
    this.store.utility = shillings;
  }

  /** No access token is taken any more, whatever was said of its time. */
  revokeTokens(): void {
    revokeTokens(this.merchant);
  }

  /** Does at once what otherwise happens by itself every quarter of a second: phones stop ringing. */
  sweep(): void {
    ringOut(this.merchant);
  }

  /** Every API request that came in, oldest first. */
  requests(): DarajaRequest[] {
    return this.requestLog.all();
  }

  /** Lets something go wrong with the next matching API calls; returns what removes it. Paths begin with `/daraja`. */
  intercept(target: Omit<InterceptTarget, 'layer'>, handler: Mischief, name?: string): () => void {
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
  api(): Router {
    const { log } = this.options;
    return darajaApi({ merchant: this.merchant, requests: this.requestLog, mischief: this.mischief, log });
  }

  snapshot(): KeptMpesa {
    return this.store.snapshot();
  }

  restore(kept: KeptMpesa): void {
    this.store.restore(kept);
  }

  /** Called once the sandbox listens. */
  start(): void {
    this.sweeper = setInterval(() => this.sweep(), sweepEveryMilliseconds).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    await this.callbacks.close();
  }
}

function shown({ id, queriedAs: _, ...push }: Push): MpesaPush {
  return { checkoutRequestId: id, ...push };
}
