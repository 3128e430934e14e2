import { Injectable } from '@nestjs/common';
import type { PaymentProvider } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import type { Money } from '../../platform/money/index.js';
import { PaymentProblems } from '../payments.problems.js';
import type { ChargeLimits } from './payment-strategy.js';
import type { DisbursementReport } from './provider-report.js';

/** Somebody who is to be paid by us. */
export interface NewPayee {
  readonly userId: string;
  /** In any common form, for a provider that pays to phones. */
  readonly phone?: string;
  /** ISO 3166-1 alpha-2, for a provider that opens an account. */
  readonly country?: string;
  /** The provider's id of whom, when they have one already. */
  readonly known?: string;
  /** Where they come back to from the provider's page. */
  readonly returnUrl: string;
}

/** Whether somebody can be paid by now. */
export interface PayeeStanding {
  /** The provider's id of whom. */
  readonly externalId: string;
  readonly ready: boolean;
  /** What keeps them from it, in the provider's words. */
  readonly reason?: string;
}

export interface Payee extends PayeeStanding {
  /** Where they tell the provider who they are; null when there is nothing to tell. */
  readonly redirectUrl: string | null;
}

/** Money to send to somebody. Everything in it stands in the database before the provider is called. */
export interface DisbursementOrder {
  /** Ours; the provider's idempotency key is derived from it. */
  readonly disbursementId: string;
  /** How often it is asked for by now: 1 the first time. Nothing is known of what came of the times before. */
  readonly tries: number;
  /** The provider's id of who is paid. */
  readonly payee: string;
  readonly amount: Money;
}

/** What some providers can do: send money to people, out of what they owe us. */
export interface Disburser {
  readonly provider: PaymentProvider;
  /** What it can send in a currency; undefined when it cannot send that. */
  limits(currency: string): ChargeLimits | undefined;
  /**
   * Makes somebody one who can be paid, or goes on with it: the same again is the same payee.
   * @throws ProviderFailure, PaymentProblems.phone
   */
  open(payee: NewPayee): Promise<Payee>;
  /** @throws ProviderFailure */
  look(externalId: string): Promise<PayeeStanding>;
  /**
   * Sends money; the same order again is the same disbursement.
   * @throws ProviderFailure final when it never will be sent
   */
  send(order: DisbursementOrder): Promise<DisbursementReport>;
}

@Injectable()
export class Disbursers {
  private readonly byProvider = new Map<PaymentProvider, Disburser>();

  register(disburser: Disburser): void {
    this.byProvider.set(disburser.provider, disburser);
  }

  /** Undefined for one that is not offered, or no more. */
  find(provider: PaymentProvider): Disburser | undefined {
    return this.byProvider.get(provider);
  }

  /** @throws PaymentProblems.providerNotOffered */
  of(provider: PaymentProvider): Disburser {
    const disburser = this.find(provider);
    if (disburser) return disburser;
    throw new DomainError(
      PaymentProblems.providerNotOffered,
      `Payouts go by: ${[...this.byProvider.keys()].join(', ')}`,
    );
  }
}
