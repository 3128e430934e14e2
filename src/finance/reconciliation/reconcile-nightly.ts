import { Injectable, Logger } from '@nestjs/common';
import { PaymentStrategies } from '../../payments/index.js';
import { Clock, dayOf, spanOf } from '../../platform/clock/index.js';
import type { PaymentProvider } from '../../platform/database/index.js';
import { Housekeep } from '../../platform/jobs/index.js';
import { FindDifferences } from './find-differences.js';
import type { Span } from './read-sides.js';
import { RunReconciliation } from './run-reconciliation.js';

/** After midnight, UTC, a day's last lines are given this long to be written. */
const REST_SECONDS = 2 * 3600;
/** After an outage no more than this is caught up with by itself. */
const LONGEST_MS = 31 * 86_400_000;

/** Each night, the day before: of the providers that can be asked for their statement. What was missed is caught up with. */
@Injectable()
export class ReconcileNightly {
  private readonly logger = new Logger(ReconcileNightly.name);

  constructor(
    private readonly strategies: PaymentStrategies,
    private readonly findDifferences: FindDifferences,
    private readonly runReconciliation: RunReconciliation,
    private readonly clock: Clock,
  ) {}

  /** Every hour; a provider that cannot be asked now is asked in the next. */
  @Housekeep('reconciliation')
  async run(): Promise<number> {
    let runs = 0;
    for (const provider of this.strategies.offered) {
      if (!this.strategies.statementsOf(provider).account) continue;
      const span = await this.due(provider);
      if (!span) continue;
      try {
        const { found, opened } = await this.runReconciliation.execute(provider, span, 'system');
        runs += 1;
        if (opened > 0) this.logger.warn({ provider, found, opened }, 'a statement and the books differ');
      } catch (error) {
        this.logger.error({ err: error, provider }, 'a statement could not be compared; it is tried again in an hour');
      }
    }
    return runs;
  }

  /** From where the statements end until this morning; undefined when that is known already. */
  private async due(provider: PaymentProvider): Promise<Span | undefined> {
    const { from: until } = spanOf(dayOf(this.clock.in(-REST_SECONDS), 'UTC'), 'UTC');
    const yesterday = new Date(until.getTime() - 86_400_000);
    const last = (await this.findDifferences.covered(provider)).at(-1)?.until ?? yesterday;
    if (last >= until) return undefined;
    return { from: new Date(Math.max(last.getTime(), until.getTime() - LONGEST_MS)), until };
  }
}
