import { Collection } from '../common/collection.js';
import type { ResultCode } from './result-codes.js';

/** A payment that a phone was asked for. */
export interface Push {
  /** The CheckoutRequestID. */
  id: string;
  merchantRequestId: string;
  phone: string;
  amount: number;
  accountReference: string;
  description: string;
  status: 'ringing' | 'paid' | 'failed';
  /** Null while it rings. */
  resultCode: ResultCode | null;
  resultDesc: string | null;
  receipt: string | null;
  callbackUrl: string;
  /** When it began to ring. */
  at: Date;
  /** What queries say instead of the truth. */
  queriedAs: { resultCode: string; resultDesc: string } | null;
}

/** Money that a customer has paid. */
export interface Payment {
  /** The receipt. */
  id: string;
  at: Date;
  phone: string;
  amount: number;
  /** How much of it went back. */
  reversed: number;
  accountReference: string;
  merchantRequestId: string;
  conversationId: string;
}

/** A request that is accepted at once and concluded later. */
export interface Conversation {
  /** The ConversationID. */
  id: string;
  originatorConversationId: string;
  at: Date;
  amount: number;
  phone: string;
  /** `dropped`: nobody has ever taken it up. */
  status: 'done' | 'failed' | 'dropped';
  resultCode: ResultCode | null;
  /** Of the money moved by it; null when none was. */
  receipt: string | null;
  /** How the one who asked was told, if at all. */
  endedIn: 'result' | 'timeout' | 'silence';
}

export interface Reversal extends Conversation {
  /** The payment's receipt, as it was asked for. */
  originalReceipt: string;
  /** Made by a person on the merchant's portal, so that no request of the API led to it. */
  byHand: boolean;
}

export interface Disbursement extends Conversation {
  commandId: string;
  remarks: string;
}

/** An access token (the id) and when it ends. */
interface Token {
  id: string;
  at: Date;
}

/** What survives a restart. */
export interface KeptMpesa {
  tokens: Token[];
  pushes: Push[];
  payments: Payment[];
  reversals: Reversal[];
  disbursements: Disbursement[];
  utility: number;
}

const utilityAtFirst = 1_000_000;

/** Everything the stand-in knows. */
export class MpesaStore {
  readonly tokens: Collection<Token>;
  readonly pushes: Collection<Push>;
  readonly payments: Collection<Payment>;
  readonly reversals: Collection<Reversal>;
  readonly disbursements: Collection<Disbursement>;
  private utilityBalance = utilityAtFirst;

  constructor(private readonly changed: () => void) {
    this.tokens = new Collection(changed);
    this.pushes = new Collection(changed);
    this.payments = new Collection(changed);
    this.reversals = new Collection(changed);
    this.disbursements = new Collection(changed);
  }

  /** What customers have paid and not got back. */
  get till(): number {
    return this.payments.all().reduce((sum, { amount, reversed }) => sum + amount - reversed, 0);
  }

  /** What payouts come from. */
  get utility(): number {
    return this.utilityBalance;
  }

  set utility(balance: number) {
    this.utilityBalance = balance;
    this.changed();
  }

  snapshot(): KeptMpesa {
    return {
      tokens: this.tokens.all(),
      pushes: this.pushes.all(),
      payments: this.payments.all(),
      reversals: this.reversals.all(),
      disbursements: this.disbursements.all(),
      utility: this.utilityBalance,
    };
  }

  restore(kept: KeptMpesa): void {
    this.tokens.restore(dated(kept.tokens));
    this.pushes.restore(dated(kept.pushes));
    this.payments.restore(dated(kept.payments));
    this.reversals.restore(dated(kept.reversals));
    this.disbursements.restore(dated(kept.disbursements));
    this.utilityBalance = kept.utility;
  }
}

/** In the file a date is text. */
function dated<T extends { at: Date }>(records: T[]): T[] {
  return records.map((record) => ({ ...record, at: new Date(record.at) }));
}
