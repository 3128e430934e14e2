import { Injectable } from '@nestjs/common';
import { Disbursers, gatewayError, type Payee, ProviderFailure } from '../../payments/index.js';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, type PaymentProvider, type Prisma, Transactional } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';

export type PayoutAccountRow = Prisma.PayoutAccountGetPayload<object>;

interface Wanted {
  readonly provider: PaymentProvider;
  readonly phone?: string;
  readonly country?: string;
}

/** Where instructors are paid to: an account of their own at the provider, or a phone. */
@Injectable()
export class PayoutAccounts {
  constructor(
    private readonly disbursers: Disbursers,
    private readonly database: Database,
    private readonly audit: RecordAudit,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  of(userId: string): Promise<PayoutAccountRow[]> {
    return this.database.client.payoutAccount.findMany({ where: { userId }, orderBy: { createdAt: 'asc' } });
  }

  /**
   * Sets it up, or goes on with it. The provider is asked outside any transaction; the same again is the same account there.
   * @returns with where its owner tells the provider who they are, if there is something to tell
   * @throws PaymentProblems providerNotOffered, phone; Problems.gateway
   */
  async set(
    { provider, phone, country }: Wanted,
    { userId }: Principal,
  ): Promise<{ account: PayoutAccountRow; redirectUrl: string | null }> {
    const standing = await this.standing(userId, provider);
    const payee = await this.open(provider, {
      ...{ userId, phone, country, known: standing?.externalId },
      returnUrl: `${this.settings.FRONTEND_URL.replace(/\/$/, '')}/payouts`,
    });
    return { account: await this.keep(userId, provider, payee), redirectUrl: payee.redirectUrl };
  }

  private async open(
    provider: PaymentProvider,
    payee: Parameters<ReturnType<Disbursers['of']>['open']>[0],
  ): Promise<Payee> {
    try {
      return await this.disbursers.of(provider).open(payee);
    } catch (error) {
      throw error instanceof ProviderFailure ? gatewayError(error) : error;
    }
  }

  @Transactional()
  private async keep(
    userId: string,
    provider: PaymentProvider,
    { externalId, ready, reason }: Payee,
  ): Promise<PayoutAccountRow> {
    const now = this.clock.now();
    const standing = await this.standing(userId, provider);
    const account = { externalId, ready, reason: reason ?? null, updatedAt: now };
    const kept = await this.database.client.payoutAccount.upsert({
      where: { userId_provider: { userId, provider } },
      create: { id: newId('payoutAccount'), userId, provider, createdAt: now, ...account },
      update: account,
    });
    if (standing?.externalId === externalId) return kept;
    await this.audit.execute({
      ...{ actorId: userId, action: 'payout-account.set', objectType: 'user', objectId: userId },
      ...{
        before: standing ? { provider, externalId: standing.externalId } : undefined,
        after: { provider, externalId },
      },
    });
    return kept;
  }

  private standing(userId: string, provider: PaymentProvider): Promise<PayoutAccountRow | null> {
    return this.database.client.payoutAccount.findUnique({ where: { userId_provider: { userId, provider } } });
  }
}
