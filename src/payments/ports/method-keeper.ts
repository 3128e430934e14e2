import { Injectable } from '@nestjs/common';
import type { PaymentProvider } from '../../platform/database/index.js';

/** A way to pay that a provider keeps for somebody, as far as it may be known: never a card number. */
export interface KeptMethod {
  /** The provider's id of it. */
  readonly externalId: string;
  /** Such as `card`. */
  readonly type: string;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly expMonth: number | null;
  readonly expYear: number | null;
}

/** Somebody about to save a way to pay. Everything in it stands in the database before the provider is called. */
export interface SetupOrder {
  /** Ours; the provider's idempotency key is derived from it. */
  readonly setupId: string;
  readonly userId: string;
  readonly returnUrl: string;
  readonly cancelUrl: string;
}

/** What came of a setup. */
export type SetupOutcome =
  { readonly outcome: 'open' | 'expired' } | { readonly outcome: 'saved'; readonly method: KeptMethod };

/** What some providers can do: keep a way to pay for later. What is kept is typed on their page and never touches us. */
export interface MethodKeeper {
  readonly provider: PaymentProvider;
  /**
   * Begins a setup on the provider's page; the same order again is the same setup.
   * @throws ProviderFailure
   */
  begin(order: SetupOrder): Promise<{ reference: string; redirectUrl: string | null }>;
  /**
   * What came of a setup; undefined when the provider knows nothing of it.
   * @throws ProviderFailure
   */
  lookUp(reference: string): Promise<SetupOutcome | undefined>;
  /**
   * One that was saved without us, say by a frontend that talks to the provider itself: kept for this user from now on, if nobody else has
   * it. Undefined when it is not this user's to keep.
   * @throws ProviderFailure final when the provider refuses to keep it
   */
  adopt(userId: string, setupId: string, externalId: string): Promise<KeptMethod | undefined>;
  /**
   * The provider forgets it; one that it has forgotten already is fine.
   * @throws ProviderFailure
   */
  remove(externalId: string): Promise<void>;
}

@Injectable()
export class MethodKeepers {
  private readonly byProvider = new Map<PaymentProvider, MethodKeeper>();

  register(keeper: MethodKeeper): void {
    this.byProvider.set(keeper.provider, keeper);
  }

  of(provider: PaymentProvider): MethodKeeper {
    const keeper = this.byProvider.get(provider);
    if (!keeper) throw new Error(`${provider} keeps nothing for later`);
    return keeper;
  }
}
