import { setTimeout as sleep } from 'node:timers/promises';
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { Settings } from '../config/index.js';
import { Database, Prisma, whyUnavailable } from '../database/index.js';
import { MarkedMethods } from '../discovery/index.js';
import { SWEEP, type SweepMark } from './schedule.js';

type Task = () => Promise<number>;

interface Running extends SweepMark {
  readonly run: Task;
  timer?: NodeJS.Timeout;
  active?: Promise<void>;
  again: boolean;
}

/** What is still at work after this long is left to the next process: leases see to it. */
const STOP_MS = 10_000;

/** While the database is unavailable even a rare sweep looks this often, so that all are known to work soon after. */
const OUTAGE_REST_MS = 2_000;

/** Asks the database for one row of one list, `found`. */
type Look = (question: Prisma.Sql) => Promise<boolean[]>;

/** Runs every method marked by `@Sweep` in worker processes, each one at a time, and stops them cleanly. */
@Injectable()
export class Sweeps implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Sweeps.name);
  private readonly sweeps = new Map<string, Running>();
  /** The sweeps that cannot do their work because the database is unavailable. */
  private readonly waiting = new Set<string>();
  private running = false;
  /** Runs a loop as nobody's: not in the name, under the idempotency key or with the log fields of the request that woke it. */
  private readonly detached = AsyncLocalStorage.snapshot();

  constructor(
    private readonly settings: Settings,
    private readonly marked: MarkedMethods,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    for (const { mark, call } of this.marked.by<SweepMark, Task>(SWEEP)) this.register({ ...mark, run: call });
  }

  register(sweep: SweepMark & { run: Task }): void {
    this.sweeps.set(sweep.name, Object.assign(sweep, { again: false }));
  }

  onApplicationBootstrap(): void {
    if (!this.settings.runsWorkers) return;
    this.running = true;
    for (const name of this.sweeps.keys()) this.wake(name);
  }

  async onModuleDestroy(): Promise<void> {
    this.running = false;
    for (const sweep of this.sweeps.values()) clearTimeout(sweep.timer);
    const active = [...this.sweeps.values()].flatMap((sweep) => sweep.active ?? []);
    await Promise.race([Promise.all(active), sleep(STOP_MS, undefined, { ref: false })]);
  }

  /** Looks now instead of at the next interval; called when there is known to be work. */
  wake(name: string): void {
    const sweep = this.sweeps.get(name);
    if (!sweep || !this.running) return;
    sweep.again = true;
    sweep.active ??= this.detached(() => this.loop(sweep));
  }

  /** Runs every sweep until none finds anything and none is at work: for tests and for an operator's command. */
  async settle(look: Look = (question) => this.look(question)): Promise<void> {
    for (let busy = true; busy;) {
      const active = [...this.sweeps.values()].flatMap((sweep) => sweep.active ?? []);
      await Promise.all(active);
      busy = active.length > 0;
      for (const sweep of await this.promising(look)) if ((await sweep.run()) > 0) busy = true;
    }
  }

  /** Those that may find something, in their order: all that say what they look for are looked for in one statement. */
  private async promising(look: Look): Promise<Running[]> {
    const now = this.clock.now();
    const all = [...this.sweeps.values()];
    const asked = all.map(({ looksFor }) => (looksFor ? Prisma.sql`EXISTS (${looksFor(now)})` : Prisma.sql`true`));
    if (!all.some(({ looksFor }) => looksFor)) return all;
    const found = await look(Prisma.sql`SELECT ARRAY[${Prisma.join(asked)}] AS found`);
    return all.filter((_, index) => found[index]);
  }

  private async look(question: Prisma.Sql): Promise<boolean[]> {
    return (await this.database.row<{ found: boolean[] }>(question))?.found ?? [];
  }

  private async loop(sweep: Running): Promise<void> {
    clearTimeout(sweep.timer);
    try {
      while (this.running && sweep.again) {
        sweep.again = false;
        if ((await sweep.run()) > 0) sweep.again = true;
        this.worked(sweep);
      }
    } catch (error) {
      this.failed(sweep, error);
    }
    sweep.active = undefined;
    const restMs = this.waiting.has(sweep.name) ? Math.min(sweep.everyMs, OUTAGE_REST_MS) : sweep.everyMs;
    if (this.running) sweep.timer = setTimeout(() => this.wake(sweep.name), restMs);
  }

  /** An outage is one line when the first sweep meets it and one when the last of them works again, however often they try meanwhile. */
  private failed({ name }: Running, error: unknown): void {
    const reason = whyUnavailable(error);
    if (reason === undefined) {
      this.logger.error({ err: error, sweep: name }, 'sweep failed; it runs again at its next interval');
      return;
    }
    if (this.waiting.size === 0)
      this.logger.error({ sweep: name, reason }, 'the database is unavailable; sweeps try until it is back');
    this.waiting.add(name);
  }

  private worked({ name }: Running): void {
    if (this.waiting.delete(name) && this.waiting.size === 0)
      this.logger.log('the database is available again; every sweep works');
  }
}
