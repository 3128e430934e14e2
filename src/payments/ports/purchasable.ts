import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import type { Money } from '../../platform/money/index.js';

/** What something costs this buyer now, and who gets what of it. */
export interface Quote {
  /** What the buyer reads on the provider's page. */
  readonly title: string;
  readonly price: Money;
  /** Stream of revenue that the house's part is booked to, such as `courses`. */
  readonly revenueStream: string;
  /** Who shares in the net amount, and how much of it in basis points. */
  readonly payee?: { readonly userId: string; readonly shareBasisPoints: number };
}

/** A session whose money has come. */
export interface PaidSession {
  readonly id: string;
  readonly userId: string;
  readonly itemId: string;
  readonly listPrice: Money;
  readonly discount: Money;
  readonly paid: Money;
}

/** Refused means that the money goes back. */
export type Fulfilment = { readonly fulfilled: true } | { readonly fulfilled: false; readonly reason: string };

/** A kind of thing that can be bought. Features above payments implement and register it. */
export interface Purchasable {
  /** Such as `course`. */
  readonly kind: string;
  /** @throws DomainError when this buyer cannot buy it */
  quote(itemId: string, buyer: Principal): Promise<Quote>;
  /** Gives the buyer what was bought, inside the payment's transaction. A business reason is answered, never thrown. */
  fulfil(session: PaidSession): Promise<Fulfilment>;
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
