import { Injectable } from '@nestjs/common';
import {
  gatewayError,
  PaymentProblems,
  PaymentStrategies,
  ProviderFailure,
  type SubscriptionBiller,
  SubscriptionBillers,
} from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { DomainError, later } from '../../platform/errors/index.js';
import { LookAtSubscriptions } from '../following/look-at-subscriptions.js';
import type { SubscriptionRow } from '../following/standing.js';
import { SubscriptionProblems } from '../subscriptions.problems.js';

/** Longer than the calls of a change with all their tries. */
const LEASE_SECONDS = 120;

/** What a change asks the provider for, as the subscription stands when nobody else changes it. */
export type Change = (claimed: {
  readonly row: SubscriptionRow & { externalId: string };
  readonly biller: SubscriptionBiller;
  /** The same for this change, whoever repeats it at the provider. */
  readonly key: string;
}) => Promise<void>;

/** Has one change at a time made at the provider, and reads there what came of it. */
@Injectable()
export class ClaimChange {
  constructor(
    private readonly look: LookAtSubscriptions,
    private readonly billers: SubscriptionBillers,
    private readonly strategies: PaymentStrategies,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on `changing_until`. When the provider did not answer, the change may have been made: the claim is left to end by itself, so that
   * nobody makes it twice before that is known.
   * @throws SubscriptionProblems.changing, PaymentProblems.declined, Problems.gateway
   */
  async execute(id: string, change: Change): Promise<void> {
    const { changes } = await this.claim(id);
    const row = await this.database.client.subscription.findUniqueOrThrow({ where: { id } });
    const biller = this.billers.find(row.provider);
    const { externalId } = row;
    try {
      if (!biller || externalId === null) throw new DomainError(PaymentProblems.providerNotOffered);
      await change({ row: { ...row, externalId }, biller, key: `${id}:${changes}` });
    } catch (error) {
      if (!(error instanceof ProviderFailure)) await this.release(id, changes);
      throw error instanceof ProviderFailure ? await this.failed(row, changes, error) : error;
    }
    // Whoever changes it next is to see what this has changed.
    await this.look.try(id);
    await this.release(id, changes);
  }

  private async claim(id: string): Promise<{ changes: number }> {
    const now = this.clock.now();
    const claimed = await this.database.row<{ changes: number }>(Prisma.sql`
      UPDATE subscriptions SET changing_until = ${this.clock.in(LEASE_SECONDS)}, changes = changes + 1
      WHERE id = ${id} AND (changing_until IS NULL OR changing_until <= ${now}) AND status IN ('TRIALING', 'ACTIVE', 'PAST_DUE')
      RETURNING changes`);
    if (!claimed) throw later(SubscriptionProblems.changing, 5);
    return claimed;
  }

  private async release(id: string, changes: number): Promise<void> {
    await this.database.client.subscription.updateMany({ where: { id, changes }, data: { changingUntil: null } });
  }

  private async failed(
    { id, provider }: SubscriptionRow,
    changes: number,
    failure: ProviderFailure,
  ): Promise<DomainError> {
    await this.look.soon(id);
    if (!failure.final) return gatewayError(failure);
    await this.release(id, changes);
    const words = this.strategies.of(provider).inWords?.(failure.code);
    return words === undefined ? gatewayError(failure) : new DomainError(PaymentProblems.declined, words);
  }
}
