import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { SETTLED } from '../attempts/session-states.js';

/** Putting money into a wallet buys nothing yet. */
export const TOP_UP = 'wallet-topup';

/** Whether a person has bought nothing yet, for coupons that are for a first purchase only. */
@Injectable()
export class FirstPurchase {
  constructor(private readonly database: Database) {}

  /** What was refunded later was a purchase too; money that came but could not be applied was none. */
  async of(userId: string): Promise<boolean> {
    const purchase = await this.database.client.payment.findFirst({
      where: {
        userId,
        status: { in: [...SETTLED] },
        session: { status: 'COMPLETED', itemKind: { not: TOP_UP } },
      },
      select: { id: true },
    });
    return purchase === null;
  }
}
