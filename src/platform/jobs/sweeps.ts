import { setTimeout as sleep } from 'node:timers/promises';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../config/index.js';

/** Work that is found by looking: due rows, claimed by lease. Any number of processes may sweep the same table. */
export interface Sweep {
  readonly name: string;
  /** How long to rest after finding nothing. */
  readonly everyMs: number;
  /** Handles what is due by our clock; answers how many rows it took, so that a full table is swept without rest. */
  run(): Promise<number>;
}

interface Running extends Sweep {
  timer?: NodeJS.Timeout;
  active?: Promise<void>;
  again: boolean;
}

/** What is still at work after this long is left to the next process: leases see to it. */
const STOP_MS = 10_000;

/** Runs every registered sweep in worker processes, each one at a time, and stops them cleanly. */
@Injectable()
export class Sweeps implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Sweeps.name);
  private readonly sweeps = new Map<string, Running>();
  private running = false;
  /** Runs a loop as nobody's: not in the name, under the idempotency key or with the log fields of the request that woke it. */
  private readonly detached = AsyncLocalStorage.snapshot();

  constructor(private readonly settings: Settings) {}

  register(sweep: Sweep): void {
    this.sweeps.set(sweep.name, { name: sweep.name, everyMs: sweep.everyMs, run: () => sweep.run(), again: false });
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
