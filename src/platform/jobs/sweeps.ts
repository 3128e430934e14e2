import { setTimeout as sleep } from 'node:timers/promises';
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { Settings } from '../config/index.js';
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

/** Runs every method marked by `@Sweep` in worker processes, each one at a time, and stops them cleanly. */
@Injectable()
export class Sweeps implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Sweeps.name);
  private readonly sweeps = new Map<string, Running>();
  private running = false;
  /** Runs a loop as nobody's: not in the name, under the idempotency key or with the log fields of the request that woke it. */
  private readonly detached = AsyncLocalStorage.snapshot();

  constructor(
    private readonly settings: Settings,
    private readonly marked: MarkedMethods,
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
  async settle(): Promise<void> {
    for (let busy = true; busy;) {
      const active = [...this.sweeps.values()].flatMap((sweep) => sweep.active ?? []);
      await Promise.all(active);
      busy = active.length > 0;
      for (const sweep of this.sweeps.values()) if ((await sweep.run()) > 0) busy = true;
    }
  }

  private async loop(sweep: Running): Promise<void> {
    clearTimeout(sweep.timer);
    try {
      while (this.running && sweep.again) {
        sweep.again = false;
        if ((await sweep.run()) > 0) sweep.again = true;
      }
    } catch (error) {
      this.logger.error({ err: error, sweep: sweep.name }, 'sweep failed; it runs again at its next interval');
    }
    sweep.active = undefined;
    if (this.running) sweep.timer = setTimeout(() => this.wake(sweep.name), sweep.everyMs);
  }
}
