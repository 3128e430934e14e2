import { Injectable } from '@nestjs/common';
import type { AccountRef } from '../../ledger/index.js';
import type { Principal } from '../../platform/auth/index.js';
import type { SaleSource } from '../../platform/database/index.js';
import type { ProblemType } from '../../platform/errors/index.js';
import type { Money } from '../../platform/money/index.js';

/** Who shares in what is paid: they have so much of their part of the net amount. */
export interface PayeeShare {
  readonly userId: string;
  readonly shareBasisPoints: number;
  /** Their part, by proportion to that of the others: what it costs by itself, in minor units. */
  readonly weight: number;
  /** What part of the thing that is, where it has several; for the thing itself to know again when it is paid. */
  readonly itemId?: string;
}

/** What something costs this buyer now, and who gets what of it. */
export interface Quote {
  /** What the buyer reads on the provider's page. */
  readonly title: string;
  readonly price: Money;
  /** What is left after tax and the payee's share is credited here. */
  readonly income: AccountRef;
  /** Tax is due on a sale, and coupons take off it. Money paid into a wallet is none. */
  readonly isSale: boolean;
  /** Where it is delivered, when that decides the tax instead of where the buyer is; ISO 3166-1 alpha-2. */
  readonly place?: { readonly country: string; readonly region?: string };
  /** Nobody unless told; one person may have several parts. */
  readonly payees?: readonly PayeeShare[];
}

/** A session whose money has come. */
export interface PaidSession {
  readonly id: string;
  readonly userId: string;
  readonly itemId: string;
  /** How the buyer came to it. */
  readonly source: SaleSource;
  /** As they were quoted. */
  readonly payees: readonly PayeeShare[];
  readonly listPrice: Money;
  readonly discount: Money;
  /** With tax. */
  readonly paid: Money;
  /** The tax in it. */
  readonly tax: Money;
}

/** What a session gave. */
export interface SoldItem {
  readonly sessionId: string;
  readonly userId: string;
  readonly itemId: string;
}

/** The parts of an amount given back that what was sold can bear: net of tax, and tax. What is missing from the amount is a loss. */
export interface Borne {
  readonly net: Money;
  readonly tax: Money;
}

/** Refused means that the money goes back; the reason is the problem that a buyer would have been answered. */
export type Fulfilment = { readonly fulfilled: true } | { readonly fulfilled: false; readonly reason: ProblemType };

/** A kind of thing that can be bought. Features above payments implement and register it. */
export interface Purchasable {
  /** Such as `course`. */
  readonly kind: string;
  /**
   * @param currency the one to pay in; the thing's default unless told
   * @throws DomainError when this buyer cannot buy it, or not in this currency
   */
  quote(itemId: string, buyer: Principal, currency?: string): Promise<Quote>;
  /** Gives the buyer what was bought, inside the payment's transaction. A business reason is answered, never thrown. */
  fulfil(session: PaidSession): Promise<Fulfilment>;
  /** Takes it away until a dispute about its money is decided. Like the two below, inside the payment's transaction, and only ever what this session gave. */
  suspend(sold: SoldItem): Promise<void>;
  /** Gives back what was suspended or revoked. */
  restore(sold: SoldItem): Promise<void>;
  /** Takes it away for good: its money went back. */
  revoke(sold: SoldItem): Promise<void>;
  /**
   * For what is used up bit by bit: takes an amount that goes back to the buyer out of what is left of it. Without it every sale can bear
   * all of its amount, in proportion.
   */
  takeBack?(sold: SoldItem, amount: Money): Promise<Borne>;
  /** Undoes `takeBack`: the money did not go back after all. */
  putBack?(sold: SoldItem, borne: Borne): Promise<void>;
}

@Injectable()
export class Purchasables {
  private readonly byKind = new Map<string, Purchasable>();

  register(purchasable: Purchasable): void {
    this.byKind.set(purchasable.kind, purchasable);
  }

  of(kind: string): Purchasable {
    const purchasable = this.byKind.get(kind);
    if (!purchasable) throw new Error(`nothing sells the kind ${kind}`);
    return purchasable;
  }
}
