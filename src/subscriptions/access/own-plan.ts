import { Injectable } from '@nestjs/common';
import { Database, isInTransaction, Prisma } from '../../platform/database/index.js';
import { type Plan, Plans } from '../plans/plans.js';

/** The plan that somebody has now. */
@Injectable()
export class OwnPlan {
  constructor(
    private readonly database: Database,
    private readonly plans: Plans,
  ) {}

  /** In a transaction it stays theirs until that ends: contends on the subscription's row with whoever closes it. */
  async of(userId: string): Promise<Plan> {
    const lock = isInTransaction() ? Prisma.sql`FOR SHARE` : Prisma.empty;
    const open = await this.database.row<{ tier: string }>(
      Prisma.sql`SELECT tier FROM subscriptions WHERE user_id = ${userId} AND open ${lock}`,
    );
    return (open && this.plans.find(open.tier)) ?? this.plans.free;
  }
}
