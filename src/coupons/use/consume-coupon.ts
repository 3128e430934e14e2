import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';

/** The session that reserved a coupon is paid: its use stays for good. */
@Injectable()
export class ConsumeCoupon {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * A use that was returned in the meantime, as the payment came late or a refund came to nothing, is taken again. Again is harmless, and
   * so is a session without a use.
   * @returns false when none is left to take
   */
  async execute(sessionId: string): Promise<boolean> {
    const answer = await this.database.row<{ consumed: boolean }>(
      Prisma.sql`SELECT coupon_consume(${sessionId}, ${this.clock.now()}) AS consumed`,
    );
    return answer?.consumed === true;
  }
}
