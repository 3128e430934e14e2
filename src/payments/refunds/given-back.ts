import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';

/** What has gone back of a sale so far, by refunds that have not failed and by lost disputes. Minor units. */
export interface GivenBackSoFar {
  readonly amount: bigint;
  readonly tax: bigint;
}

@Injectable()
export class GivenBack {
  constructor(private readonly database: Database) {}

  async of(paymentId: string): Promise<GivenBackSoFar> {
    const before = await this.database.row<{ amount: bigint; tax: bigint }>(Prisma.sql`
      SELECT coalesce(sum(amount), 0)::bigint AS amount, coalesce(sum(tax), 0)::bigint AS tax
      FROM (
        SELECT amount, tax FROM refunds
        WHERE payment_id = ${paymentId} AND transaction_id IS NULL AND status IN ('PENDING', 'SUCCEEDED')
        UNION ALL
        SELECT lost_amount, tax FROM disputes WHERE payment_id = ${paymentId}
      ) given_back`);
    return before ?? { amount: 0n, tax: 0n };
  }
}

/** The tax in an amount that goes back: what is due of it for all that went back so far, less what was taken before. */
export function taxGivenBack(
  { taxAmount, total, currency }: { taxAmount: bigint; total: bigint; currency: string },
  before: GivenBackSoFar,
  amount: Money,
): Money {
  return Money.of(taxAmount, currency)
    .times(before.amount + amount.minor, total)
    .minus(Money.of(before.tax, currency));
}
