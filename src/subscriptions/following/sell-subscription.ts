import { Injectable, type OnModuleInit } from '@nestjs/common';
import { FollowPlan } from '../../enrollments/index.js';
import {
  type Borne,
  type Fulfilment,
  PaymentProblems,
  type Purchasable,
  Purchasables,
  type Quote,
  type SoldItem,
  SUBSCRIPTION_KIND,
  TakeBackInvoice,
} from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import type { Money } from '../../platform/money/index.js';
import { LookAtSubscriptions } from './look-at-subscriptions.js';
import { isOpenAt, type SubscriptionRow } from './standing.js';
import { hasEnded } from './subscription-states.js';

/** What a subscription's invoices paid for, to those who refund, dispute and book them. Nobody buys it otherwise than by subscribing. */
@Injectable()
export class SellSubscription implements Purchasable, OnModuleInit {
  readonly kind = SUBSCRIPTION_KIND;

  constructor(
    private readonly takeBackInvoice: TakeBackInvoice,
    private readonly followPlan: FollowPlan,
    private readonly look: LookAtSubscriptions,
    private readonly purchasables: Purchasables,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.purchasables.register(this);
  }

  quote(): Promise<Quote> {
    throw new DomainError(PaymentProblems.notOnSale, 'Subscribe to a plan: it is not bought by a payment session');
  }

  /** What was paid is mirrored by who records it. */
  async fulfil(): Promise<Fulfilment> {
    return { fulfilled: true };
  }

  async suspend({ itemId, sessionId }: SoldItem): Promise<void> {
    await this.move(itemId, async ({ suspendedBy }) => ({ suspendedBy: suspendedBy ?? sessionId }));
  }

  /** The dispute was won, or the refund failed. */
  async restore({ itemId, sessionId }: SoldItem): Promise<void> {
    const due = await this.paysForNow(sessionId);
    await this.move(itemId, async (row) => ({
      suspendedBy: await this.stillDisputed(row, sessionId),
      ending: row.ending && !due,
    }));
  }

  /** All of its money went back. What is over stays as it was; what runs on it is to be ended, which the next look has the provider do. */
  async revoke({ itemId, sessionId }: SoldItem): Promise<void> {
    const ending = await this.paysForNow(sessionId);
    await this.move(itemId, async (row) => ({
      suspendedBy: await this.stillDisputed(row, sessionId),
      ending: row.ending || ending,
    }));
    if (ending) await this.look.soon(itemId);
  }

  takeBack(sold: SoldItem, amount: Money): Promise<Borne> {
    return this.takeBackInvoice.takeBack(sold, amount);
  }

  putBack(sold: SoldItem, borne: Borne): Promise<void> {
    return this.takeBackInvoice.putBack(sold, borne);
  }

  /** Contends on the subscription's row with what is read at the provider. What has ended stays as it is. */
  private async move(
    id: string,
    to: (
      row: SubscriptionRow,
    ) => Promise<Pick<SubscriptionRow, 'suspendedBy'> & Partial<Pick<SubscriptionRow, 'ending'>>>,
  ): Promise<void> {
    await this.database.rows(Prisma.sql`SELECT id FROM subscriptions WHERE id = ${id} FOR UPDATE`);
    const row = await this.database.client.subscription.findUnique({ where: { id } });
    if (!row || hasEnded(row.status)) return;
    const changes = await to(row);
    const open = isOpenAt(this.clock.now(), { ...row, ...changes });
    await this.database.client.subscription.update({ where: { id }, data: { ...changes, open } });
    if (open !== row.open) await this.followPlan.execute(row.userId);
  }

  /** Another of its payments that is disputed. */
  private async stillDisputed({ id }: SubscriptionRow, except: string): Promise<string | null> {
    const disputed = await this.database.client.payment.findFirst({
      where: { session: { itemKind: this.kind, itemId: id }, status: 'DISPUTED', sessionId: { not: except } },
      select: { sessionId: true },
    });
    return disputed?.sessionId ?? null;
  }

  /** Whether a time that it paid for is not over. */
  private async paysForNow(sessionId: string): Promise<boolean> {
    const running = await this.database.row(Prisma.sql`
      SELECT 1 FROM deferrals d JOIN payments p ON p.id = d.source_id
      WHERE p.session_id = ${sessionId} AND d.until_at > ${this.clock.now()} LIMIT 1`);
    return running !== undefined;
  }
}
