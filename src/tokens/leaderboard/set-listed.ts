import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { LockTokenAccount } from '../account/lock-token-account.js';
import { keptPeriods } from './periods.js';

@Injectable()
export class SetListed {
  constructor(
    private readonly lockTokenAccount: LockTokenAccount,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Whether others see somebody in leaderboards, from this moment on. Contends on the account, as whatever adds to a score does. */
  @Transactional()
  async execute(userId: string, listed: boolean): Promise<{ listed: boolean }> {
    await this.lockTokenAccount.execute(userId);
    await this.database.client.tokenAccount.update({ where: { userId }, data: { listed } });
    // By their key: a score is found by its period first.
    const period = { in: keptPeriods(this.clock.now()) };
    await this.database.client.tokenScore.updateMany({ where: { period, userId, listed: !listed }, data: { listed } });
    return { listed };
  }
}
