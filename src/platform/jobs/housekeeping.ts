import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { Settings } from '../config/index.js';

/** Removes what has had its time; answers how many rows went. */
export type HousekeepingTask = () => Promise<number>;

/** Runs the registered clean-ups every hour, in one worker of all the processes: pg-boss sees to it. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Housekeeping.name);
  private readonly tasks = new Map<string, HousekeepingTask>();
  private boss?: PgBoss;

  constructor(private readonly settings: Settings) {}

  register(name: string, task: HousekeepingTask): void {
    this.tasks.set(name, task);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.settings.runsWorkers) return;
    this.boss = new PgBoss({
      connectionString: this.settings.DATABASE_URL,
      schema: 'pgboss',
      max: 2,
      migrate: false,
      createSchema: false,
    });
    this.boss.on('error', (error) => this.logger.error({ err: error }, 'pg-boss'));
    await this.boss.start();
    await this.boss.schedule('housekeeping', '17 * * * *');
    await this.boss.work('housekeeping', () => this.run());
  }

  async onModuleDestroy(): Promise<void> {
    await this.boss?.stop({ graceful: true, timeout: 5_000 });
  }

  async run(): Promise<void> {
    for (const [name, task] of this.tasks) {
      const removed = await task();
      if (removed > 0) this.logger.log({ task: name, removed }, 'housekeeping');
    }
  }
}
