import { Injectable } from '@nestjs/common';
import { PaymentStrategies, StatementFlaws, type StatementLine } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import type { PaymentProvider } from '../../platform/database/index.js';
import { DomainError, invalid } from '../../platform/errors/index.js';
import type { Span } from './read-sides.js';
import { ReconciliationProblems } from './reconciliation.problems.js';
import { RunReconciliation, type RunRow } from './run-reconciliation.js';

/** So many flaws are told of at once: who mends a file wants to see them together, but not all ten thousand. */
const FLAWS_TOLD = 20;

/** Reads a statement that was saved as a file, and compares it with the ledger. */
@Injectable()
export class ImportStatement {
  constructor(
    private readonly strategies: PaymentStrategies,
    private readonly runReconciliation: RunReconciliation,
    private readonly clock: Clock,
  ) {}

  /**
   * The same file again, or one that overlaps with it, changes nothing of what is known.
   * @param told which time the file has whole, as far as that was told
   * @throws ReconciliationProblems noStatement, unreadable
   */
  async execute(provider: PaymentProvider, file: Buffer, told: Partial<Span>, startedBy: string): Promise<RunRow> {
    const { readStatement } = this.strategies.statementsOf(provider);
    if (!readStatement) throw new DomainError(ReconciliationProblems.noStatement);
    const lines = read(() => readStatement(file));
    return this.runReconciliation.compare(provider, this.spanOf(lines, told), lines, startedBy);
  }

  private spanOf(lines: readonly StatementLine[], told: Partial<Span>): Span {
    const times = lines.map(({ occurredAt }) => occurredAt.getTime());
    const first = times.reduce((a, b) => Math.min(a, b), Infinity);
    const last = times.reduce((a, b) => Math.max(a, b), -Infinity);
    if (lines.length === 0 && !(told.from && told.until))
      throw new DomainError(
        ReconciliationProblems.unreadable,
        'The file has no lines; say by from and until of which time it is',
      );
    const from = told.from ?? new Date(first);
    // A moment longer, for a time ends before its last moment.
    const until = told.until ?? new Date(last + 1);
    if (from >= until) throw invalid('query/until', 'until must be after from');
    if (times.length > 0 && (first < from.getTime() || last >= until.getTime()))
      throw invalid('query/from', 'The file has lines from before from, or from after until');
    if (until > this.clock.now()) throw invalid('query/until', 'until must not be in the future');
    return { from, until };
  }
}

function read(work: () => StatementLine[]): StatementLine[] {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StatementFlaws)) throw error;
    const { flaws } = error;
    const told = new StatementFlaws(flaws.slice(0, FLAWS_TOLD)).message;
    const more = flaws.length > FLAWS_TOLD ? `; and ${flaws.length - FLAWS_TOLD} more` : '';
    throw new DomainError(ReconciliationProblems.unreadable, told + more);
  }
}
