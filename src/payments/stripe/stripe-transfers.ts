import { Injectable, type OnModuleInit } from '@nestjs/common';
import type Stripe from 'stripe';
import { Settings } from '../../platform/config/index.js';
import { Database } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import {
  type Disburser,
  Disbursers,
  type DisbursementOrder,
  type NewPayee,
  type Payee,
  type PayeeStanding,
} from '../ports/disburser.js';
import { type ChargeLimits, type DisbursementReport, ProviderFailure } from '../ports/payment-strategy.js';
import { StripeClient } from './stripe-client.js';
import { stripeLimits, toStripeAmount } from './stripe-money.js';
import { standingOfPayee } from './stripe-payees.js';

/** An account that is not connected to ours any more, or never was. */
const NOT_OURS = 'account_invalid';
/** Refused only for now: what was collected is not available yet. */
const NOT_YET = 'balance_insufficient';
/** Stripe answers a key as it did the first time, failures too; when it knows nothing of a transfer after so many tries, it is asked anew. */
const TRIES_PER_KEY = 4;

/** Stripe Connect: people have an account of their own at Stripe, and money is moved into it from ours. */
@Injectable()
export class StripeTransfers implements Disburser, OnModuleInit {
  readonly provider = 'STRIPE';

  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly disbursers: Disbursers,
  ) {}

  onModuleInit(): void {
    if (this.settings.takesStripe) this.disbursers.register(this);
  }

  limits(currency: string): ChargeLimits | undefined {
    const charged = stripeLimits(currency);
    return charged && { ...charged, minimum: Money.of(charged.step, currency) };
  }

  /** Stripe asks them on its own page who they are and where their bank is. */
  async open({ userId, country, known, returnUrl }: NewPayee): Promise<Payee> {
    const account = (known && (await this.retrieve(known))) || (await this.create(userId, country, known));
    const payee = standingOfPayee(account);
    if (payee.ready) return { ...payee, redirectUrl: null };
    const link = await this.stripe.call('account_link', async (api) => {
      const made = await api.accountLinks.create({
        ...{ account: account.id, type: 'account_onboarding', refresh_url: returnUrl, return_url: returnUrl },
      });
      // A link has no id of its own.
      return { ...made, id: account.id };
    });
    return { ...payee, redirectUrl: link.url };
  }

  async look(externalId: string): Promise<PayeeStanding> {
    const account = await this.retrieve(externalId);
    return account ? standingOfPayee(account) : { externalId, ready: false, reason: NOT_OURS };
  }

  /** Asked for again, it is looked for first: a key is forgotten by Stripe after a day. */
  async send(order: DisbursementOrder): Promise<DisbursementReport> {
    const { disbursementId, tries, payee, amount } = order;
    const known = tries === 1 ? [] : await this.find(disbursementId);
    const transfer = known[0] ?? (await this.transfer(disbursementId, tries, payee, amount));
    return reportOfTransfer(transfer, disbursementId);
  }

  private find(disbursementId: string): Promise<Stripe.Transfer[]> {
    return this.stripe.list('transfer', (api) => api.transfers.list({ transfer_group: disbursementId, limit: 10 }));
  }

  private async transfer(
    disbursementId: string,
    tries: number,
    destination: string,
    amount: Money,
  ): Promise<Stripe.Transfer> {
    try {
      return await this.stripe.call('transfer', (api) =>
        api.transfers.create(
          {
            ...{ destination, amount: toStripeAmount(amount), currency: amount.currency.toLowerCase() },
            ...{ transfer_group: disbursementId, metadata: { payoutId: disbursementId } },
          },
          { idempotencyKey: `bursar-${disbursementId}-${Math.ceil(tries / TRIES_PER_KEY)}` },
        ),
      );
    } catch (error) {
      if (error instanceof ProviderFailure && error.code === NOT_YET)
        throw new ProviderFailure(false, NOT_YET, { cause: error });
      throw error;
    }
  }

  /** @param former one that they had, and that has left us: the next is another */
  private async create(userId: string, country = '', former = ''): Promise<Stripe.Account> {
    const { email } = await this.database.client.user.findUniqueOrThrow({
      where: { id: userId },
      select: { email: true },
    });
    return this.stripe.call('account', (api) =>
      api.accounts.create(
        {
          type: 'express',
          ...(country && { country }),
          ...(email && { email }),
          capabilities: { transfers: { requested: true } },
          metadata: { userId },
        },
        { idempotencyKey: `bursar-account-${userId}-${country}${former && `-${former}`}` },
      ),
    );
  }

  /** Undefined when it is not connected to ours any more. */
  private async retrieve(id: string): Promise<Stripe.Account | undefined> {
    try {
      return await this.stripe.call('account', (api) => api.accounts.retrieve(id));
    } catch (error) {
      if (error instanceof ProviderFailure && error.code === NOT_OURS) return undefined;
      throw error;
    }
  }
}

/** A transfer is done when it is made. One that was taken back whole has come back to us. */
export function reportOfTransfer({ id, reversed }: Stripe.Transfer, disbursementId: string): DisbursementReport {
  const report = { kind: 'disbursement', disbursementId, externalId: id } as const;
  return reversed ? { ...report, status: 'FAILED', reason: 'transfer_reversed' } : { ...report, status: 'SUCCEEDED' };
}
