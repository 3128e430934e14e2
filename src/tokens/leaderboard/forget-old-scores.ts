import { Injectable } from '@nestjs/common';
import { Clock, dayOf } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { Housekeep } from '../../platform/jobs/index.js';
import { KEPT_DAYS } from './periods.js';

const AT_ONCE = 10_000;
/** Marks are of no use after a minute; those of a period that has ended are never counted again. */
const MARKS_KEPT_SECONDS = 3_600;

@Injectable()
export class ForgetOldScores {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Housekeep('token-scores')
  async run(): Promise<number> {
    const first = dayOf(this.clock.in(-KEPT_DAYS * 86_400), 'UTC');
    const months = await this.remove('MONTH:', first);
    const weeks = await this.remove('WEEK:', first);
    return months + weeks + (await this.removeMarks());
  }

  /** Of the months, or weeks, that began before that day: by the key, so many at a time. */
  private async remove(kind: string, first: string): Promise<number> {
    let removed = 0;
    for (let last = AT_ONCE; last === AT_ONCE; removed += last) {
      last = await this.database.execute(Prisma.sql`
        DELETE FROM token_scores WHERE (period, user_id) IN (
          SELECT period, user_id FROM token_scores WHERE period > ${kind} AND period < ${kind + first} LIMIT ${AT_ONCE})`);
    }
    return removed;
  }

  private async removeMarks(): Promise<number> {
    await this.database.client.leaderboard.deleteMany({
      where: { countedAt: { lt: this.clock.in(-MARKS_KEPT_SECONDS) } },
    });
    return this.database.execute(Prisma.sql`
      DELETE FROM leaderboard_marks m WHERE NOT EXISTS (SELECT FROM leaderboards b WHERE b.period = m.period)`);
  }
}
