import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { hashOf } from './invitation-code.js';

/** Uses an invitation up. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the invitation's row with its withdrawal and with whoever else has the code: one is through.
   * @returns false when it is for another course, used or withdrawn, or no code of ours
   */
  async execute(courseId: string, code: string, userId: string): Promise<boolean> {
    const { count } = await this.database.client.courseInvitation.updateMany({
      where: { codeHash: hashOf(code), courseId, acceptedAt: null, withdrawnAt: null },
      data: { acceptedBy: userId, acceptedAt: this.clock.now() },
    });
    return count > 0;
  }
}
