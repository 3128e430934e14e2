import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { Settings } from '../config/index.js';
import { MarkedMethods } from '../discovery/index.js';
import { HOUSEKEEPING } from './schedule.js';

/** Runs the clean-ups marked by `@Housekeep` every hour, in one worker of all the processes: pg-boss sees to it. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Housekeeping.name);
  private boss?: PgBoss;

  constructor(
    private readonly settings: Settings,
    private readonly marked: MarkedMethods,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.settings.runsWorkers) return;
    this.boss = new PgBoss({
      connectionString: this.settings.DATABASE_URL,
      schema: 'pgboss',
      max: 2,
      migrate: false,
      createSchema: false,
    });
    // Never the error itself: the driver hangs its whole client on it, with the key that cancels its statements.
    this.boss.on('error', (error) => {
      const { message, code } = error as NodeJS.ErrnoException;
      this.logger.error({ reason: message, code }, 'pg-boss failed; it tries again by itself');
    });
    await this.boss.start();
    await this.boss.schedule('housekeeping', '17 * * * *');
    await this.boss.work('housekeeping', () => this.run());
  }

  async onModuleDestroy(): Promise<void> {
    await this.boss?.stop({ graceful: true, timeout: 5_000 });
  }

  async run(): Promise<void> {
    for (const { mark: task, call } of this.marked.by<string, () => Promise<number>>(HOUSEKEEPING)) {
      const removed = await call();
      if (removed > 0) this.logger.log({ task, removed }, 'housekeeping');
    }
  }
}
