import { randomInt } from 'node:crypto';
import { Collection } from '../common/collection.js';
import type { IntentionOrder } from './intention-params.js';

/** What a buyer is to pay: to the buyer an address, to Paymob an order. */
export interface Intention {
  /** `pi_test_…` */
  id: string;
  orderId: number;
  clientSecret: string;
  order: IntentionOrder;
  /** ISO 8601. */
  createdAt: string;
  expiresAt: string | null;
}

export interface Source {
  type: 'card' | 'wallet' | 'aggregator';
  pan: string | null;
  subType: string;
}

/** A payment, or what was given back of one. */
export interface Transaction {
  /** A number, as text. */
  id: string;
  intention: string;
  kind: 'payment' | 'refund' | 'void';
  /** The payment that it gives back. */
  parent: string | null;
  status: 'pending' | 'success' | 'declined';
  amount: number;
  source: Source;
  message: string;
  createdAt: string;
  updatedAt: string;
  /** Of a payment: how much was given back; null when nobody ever asked. */
  refunded: number | null;
  voided: boolean;
}

/** What an API key was exchanged for (the id). */
interface AccessToken {
  id: string;
  expiresAt: string;
}

export interface PaymobState {
  intentions: Intention[];
  transactions: Transaction[];
  tokens: AccessToken[];
}

/** Everything the stand-in knows. All of it survives a restart when a state file is given. */
export class PaymobStore {
  readonly intentions: Collection<Intention>;
  readonly transactions: Collection<Transaction>;
  readonly tokens: Collection<AccessToken>;

  constructor(changed: () => void) {
    this.intentions = new Collection(changed);
    this.transactions = new Collection(changed);
    this.tokens = new Collection(changed);
  }

  snapshot(): PaymobState {
    return {
      intentions: this.intentions.all(),
      transactions: this.transactions.all(),
      tokens: this.tokens.all(),
    };
  }

  restore(kept: PaymobState): void {
    this.intentions.restore(kept.intentions);
    this.transactions.restore(kept.transactions);
    this.tokens.restore(kept.tokens);
  }

  nextOrderId(): number {
    return this.next(this.intentions.all().map(({ orderId }) => orderId));
  }

  nextTransactionId(): number {
    return this.next(this.transactions.all().map(({ id }) => Number(id)));
  }

  /** Numbers grow, with gaps; where they begin is chance, so that two stand-ins of one application do not give out the same. */
  private next(given: number[]): number {
    return (given.at(-1) ?? randomInt(100_000_000, 900_000_000)) + randomInt(1, 100);
  }
}
