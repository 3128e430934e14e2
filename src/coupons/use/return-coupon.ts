import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';

/** Gives a session's use of a coupon back, for somebody else to take. */
@Injectable()
export class ReturnCoupon {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * `unpaid`: the session was cancelled, failed or expired; what is consumed stays. `ungiven`: it was paid, but what was bought could not
   * be given. `refunded`: only if the coupon says so. Again is harmless, and so is a session without a use.
   * @returns whether this call gave it back
   */
  async execute(sessionId: string, why: 'unpaid' | 'ungiven' | 'refunded'): Promise<boolean> {
    const answer = await this.database.row<{ returned: boolean }>(
      Prisma.sql`SELECT coupon_return(${sessionId}, ${why}, ${this.clock.now()}) AS returned`,
    );
    return answer?.returned === true;
  }
}
