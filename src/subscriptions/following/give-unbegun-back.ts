import { Injectable } from '@nestjs/common';
import { RefundPayment, SUBSCRIPTION_KIND } from '../../payments/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';

const system: Principal = { userId: 'system', roles: ['ADMIN'], timeZone: 'UTC' };

/** Gives back all that was paid for a subscription that never began here. Again is harmless: what was given back is passed over. */
@Injectable()
export class GiveUnbegunBack {
  constructor(
    private readonly database: Database,
    private readonly refundPayment: RefundPayment,
  ) {}

  async execute(subscriptionId: string): Promise<void> {
    const payments = await this.database.client.payment.findMany({
      where: {
        session: { itemKind: SUBSCRIPTION_KIND, itemId: subscriptionId },
        status: 'COMPLETED',
        refundedAmount: 0,
      },
      select: { id: true },
    });
    for (const { id } of payments)
      await this.refundPayment.execute({ paymentId: id, reason: 'This subscription was not wanted' }, system);
  }
}
