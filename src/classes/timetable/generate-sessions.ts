import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { LockClass, type TaughtClass } from './lock-class.js';
import { ahead, generationEnd, PlanSessions } from './plan-sessions.js';

const BATCH = 100;

/** Of a class: its sessions are not made as far ahead as they should be. */
function isDue(now: Date): Prisma.Sql {
  return Prisma.sql`recurrence_rule IS NOT NULL AND deleted_at IS NULL AND (generated_until IS NULL OR generated_until < ${ahead(now)})`;
}

/** Keeps the sessions of every series made, eight weeks ahead. Any number of processes may do so at once. */
@Injectable()
export class GenerateSessions {
  private readonly logger = new Logger(GenerateSessions.name);

  constructor(
    private readonly database: Database,
    private readonly lockClass: LockClass,
    private readonly planSessions: PlanSessions,
    private readonly clock: Clock,
  ) {}

  /** Each class is a transaction of its own; one that fails does not stop those after it, and does not count. */
  @Sweep('classes.generate-sessions', 60_000, (now) => Prisma.sql`SELECT FROM classes WHERE ${isDue(now)}`)
  async run(): Promise<number> {
    let done = 0;
    for (let batch = await this.due(''); batch.length > 0; batch = await this.due(batch.at(-1) ?? '')) {
      for (const id of batch) {
        try {
          if (await this.execute(id)) done += 1;
        } catch (error) {
          this.logger.error({ err: error, classId: id }, 'the sessions of a class could not be generated');
        }
      }
    }
    return done;
  }

  /** Those with an id after `last`, so that a run comes to every class once. */
  private async due(last: string): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(Prisma.sql`
      SELECT id FROM classes WHERE ${isDue(this.clock.now())} AND id > ${last}
      ORDER BY id LIMIT ${BATCH}`);
    return rows.map(({ id }) => id);
  }

  /** Contends on the class's row; whoever comes second leaves it to the first. Answers whether there was anything to do. */
  @Transactional()
  private async execute(id: string): Promise<boolean> {
    const found = await this.lockClass.unlessTaken(id);
    const now = this.clock.now();
    if (!found || (found.generatedUntil && found.generatedUntil >= ahead(now))) return false;
    await this.addSessions(found, now);
    return true;
  }

  private async addSessions(of: TaughtClass, now: Date): Promise<void> {
    const after = of.generatedUntil && of.generatedUntil > now ? of.generatedUntil : now;
    const until = generationEnd(now);
    const planned = this.planSessions.between(of, after, until);
    const present = await this.database.client.classSession.findMany({
      where: { classId: of.id, occurrence: { in: planned.map(({ occurrence }) => occurrence) } },
      select: { occurrence: true },
    });
    const known = new Set(present.map(({ occurrence }) => occurrence));
    const missing = planned.filter(({ occurrence }) => !known.has(occurrence));
    const added = await this.planSessions.add(of, missing, true);
    if (added < missing.length) {
      const left = missing.length - added;
      this.logger.warn({ classId: of.id, left }, 'sessions were left out: their teacher is busy at that time');
    }
    await this.database.client.class.update({ where: { id: of.id }, data: { generatedUntil: until } });
  }
}
