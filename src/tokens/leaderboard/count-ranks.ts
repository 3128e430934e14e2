import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { runningPeriods } from './periods.js';

const EVERY_MS = 30_000;
/** With no more people than this, whoever stands above somebody is counted when they ask. */
const FEW = 10_000;
/** From one mark to the next there are not as many people. */
const STEP = 1_000;

/** Leaderboards that run, have many people and were not counted just now: of a small one this reads what there is, of a large one so many rows. */
function dueLeaderboards(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT running.period FROM unnest(${runningPeriods(now)}::text[]) AS running (period)
    WHERE NOT EXISTS (SELECT FROM leaderboards b WHERE b.period = running.period AND b.counted_at > ${dueBefore(now)})
      AND EXISTS (SELECT FROM token_scores s WHERE s.period = running.period AND s.listed AND s.score > 0 OFFSET ${FEW})`;
}

function dueBefore(now: Date): Date {
  return new Date(now.getTime() - EVERY_MS);
}

/** Sets the marks of large leaderboards, from which anybody's rank is a few steps away. */
@Injectable()
export class CountRanks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Sweep('tokens.ranks', EVERY_MS, dueLeaderboards)
  async run(): Promise<number> {
    let counted = 0;
    for (const { period } of await this.database.rows<{ period: string }>(dueLeaderboards(this.clock.now())))
      if (await this.count(period)) counted += 1;
    return counted;
  }

  /**
   * Contends on the leaderboard's row: a process that comes while another counts waits, and then finds it counted. The marks and the moment
   * that they are of become known together.
   */
  @Transactional()
  private async count(period: string): Promise<boolean> {
    const now = this.clock.now();
    const claimed = await this.database.execute(Prisma.sql`
      INSERT INTO leaderboards AS b (period, counted_at) VALUES (${period}, ${now})
      ON CONFLICT (period) DO UPDATE SET counted_at = excluded.counted_at WHERE b.counted_at <= ${dueBefore(now)}`);
    if (claimed === 0) return false;
    await this.database.client.leaderboardMark.deleteMany({ where: { period } });
    await this.database.execute(Prisma.sql`
      INSERT INTO leaderboard_marks (period, score, reached)
      SELECT ${period}, score, reached FROM (
        SELECT score, reached, lag(reached, 1, 0) OVER (ORDER BY score DESC) AS above FROM (
          SELECT score, (sum(count(*)) OVER (ORDER BY score DESC))::integer AS reached
          FROM token_scores WHERE period = ${period} AND listed AND score > 0 GROUP BY score) scores
      ) steps
      WHERE reached / ${STEP} > above / ${STEP}`);
    return true;
  }
}
