import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Transactional } from '../../platform/database/index.js';
import { DueRows, pausesOf, Sweep, Sweeps, dueRows } from '../../platform/jobs/index.js';
import { type KeptMethod, MethodKeepers } from '../ports/method-keeper.js';
import type { SetupRow } from './begin-setup.js';
import { KeepMethod } from './keep-method.js';

const BATCH = 10;
/** Seconds between looks: a webhook tells sooner, if it comes. */
const PAUSE = { first: 600, longest: 6 * 3600 };
/** More than anybody has open who means it. */
const AT_ONCE = 3;
const NAME = 'payments.method-setups';
const ROWS = { name: 'payment_method_setups', dueAt: 'next_check_at' };

/** Asks the provider what came of setups: those that a webhook has told of, and those that nothing was heard of. */
@Injectable()
export class ResolveSetups {
  private readonly setups: DueRows;

  constructor(
    private readonly database: Database,
    private readonly keepers: MethodKeepers,
    private readonly keepMethod: KeepMethod,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {
    this.setups = new DueRows(database, clock, {
      ...ROWS,
      tries: 'checks',
      batch: BATCH,
      again: pausesOf('checks', PAUSE.first, PAUSE.longest),
    });
  }

  @Sweep(NAME, 1_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.setups.work(async ({ id }) => {
      const setup = await this.database.client.methodSetup.findUnique({ where: { id } });
      if (setup) await this.resolve(setup);
    });
  }

  /** What a person has under way; a provider that cannot be asked is no reason to hide what we know. */
  async ofUser(userId: string): Promise<void> {
    const pending = await this.database.client.methodSetup.findMany({
      where: { userId, concludedAt: null, reference: { not: null } },
      orderBy: { id: 'desc' },
      take: AT_ONCE,
    });
    await Promise.allSettled(pending.map((setup) => this.resolve(setup)));
  }

  /**
   * A webhook tells that a setup is at its end: asked about after the commit.
   * @returns whether it is one of ours
   */
  async ask(setupId: string): Promise<boolean> {
    const setup = await this.database.client.methodSetup.findUnique({ where: { id: setupId } });
    if (!setup) return false;
    const { count } = await this.database.client.methodSetup.updateMany({
      where: { id: setupId, concludedAt: null },
      data: { nextCheckAt: this.clock.now() },
    });
    if (count > 0) afterCommit(() => this.sweeps.wake(NAME));
    return true;
  }

  private async resolve(setup: SetupRow): Promise<void> {
    // The answer to its beginning was never stored, so nobody was ever sent to its page.
    if (setup.reference === null) return this.conclude(setup);
    const found = await this.keepers.of(setup.provider).lookUp(setup.reference);
    if (found?.outcome === 'open') return;
    await this.conclude(setup, found?.outcome === 'saved' ? found.method : undefined);
  }

  @Transactional()
  private async conclude({ id, userId, provider, reference }: SetupRow, saved?: KeptMethod): Promise<void> {
    if (saved) await this.keepMethod.execute(userId, provider, saved);
    await this.database.client.methodSetup.updateMany({
      // One that has meanwhile got its reference goes on.
      where: { id, reference, concludedAt: null },
      data: { concludedAt: this.clock.now(), nextCheckAt: null },
    });
  }
}
