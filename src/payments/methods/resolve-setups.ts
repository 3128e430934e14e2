import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Prisma, Transactional } from '../../platform/database/index.js';
import { Sweep, Sweeps } from '../../platform/jobs/index.js';
import { type KeptMethod, MethodKeepers } from '../ports/method-keeper.js';
import type { SetupRow } from './begin-setup.js';
import { KeepMethod } from './keep-method.js';

const BATCH = 10;
/** Seconds between looks: a webhook tells sooner, if it comes. */
const PAUSE = { first: 600, longest: 6 * 3600 };
/** More than anybody has open who means it. */
const AT_ONCE = 3;
const NAME = 'payments.method-setups';

/** Asks the provider what came of setups: those that a webhook has told of, and those that nothing was heard of. */
@Injectable()
export class ResolveSetups {
  private readonly logger = new Logger(ResolveSetups.name);

  constructor(
    private readonly database: Database,
    private readonly keepers: MethodKeepers,
    private readonly keepMethod: KeepMethod,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  @Sweep(NAME, 1_000)
  async run(): Promise<number> {
    const due = await this.claim();
    await Promise.all(due.map(({ id }) => this.attempt(id)));
    return due.length;
  }

  /** What a person has under way; a provider that cannot be asked is no reason to hide what we know. */
  async ofUser(userId: string): Promise<void> {
    const pending = await this.database.client.methodSetup.findMany({
      where: { userId, concludedAt: null, reference: { not: null } },
      orderBy: { id: 'desc' },
      take: AT_ONCE,
      select: { id: true },
    });
    await Promise.all(pending.map(({ id }) => this.attempt(id)));
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

  private async attempt(id: string): Promise<void> {
    try {
      const setup = await this.database.client.methodSetup.findUnique({ where: { id } });
      if (setup) await this.resolve(setup);
    } catch (error) {
      this.logger.warn({ err: error, setup: id }, 'could not resolve a setup; it will be asked about again');
    }
  }

  /** Contends on the setup's row: the next check is also the lease, moved forward before the provider is asked. */
  private claim(): Promise<{ id: string }[]> {
    const now = this.clock.now();
    return this.database.rows<{ id: string }>(Prisma.sql`
      UPDATE payment_method_setups SET checks = checks + 1,
        next_check_at = ${now}::timestamptz + interval '1 second' * least(${PAUSE.longest}::int, ${PAUSE.first}::int * 2 ^ least(checks, 20))
      WHERE id IN (
        SELECT id FROM payment_method_setups WHERE next_check_at <= ${now} ORDER BY next_check_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      )
      RETURNING id`);
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
