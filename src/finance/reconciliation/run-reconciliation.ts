import { Injectable } from '@nestjs/common';
import { PaymentStrategies, type StatementLine } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, inTransaction, type PaymentProvider, type Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { BookLines } from './book-lines.js';
import { FindDifferences, STATED_WITHIN_SECONDS } from './find-differences.js';
import { KeepLines } from './keep-lines.js';
import { ProviderLock } from './provider-lock.js';
import { ReadSides, type Span } from './read-sides.js';
import { ReconciliationProblems } from './reconciliation.problems.js';
import { RecordDifferences } from './record-differences.js';

export type RunRow = Prisma.ReconciliationRunGetPayload<object>;

/** Compares a provider's statement of a time with the ledger. */
@Injectable()
export class RunReconciliation {
  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly keepLines: KeepLines,
    private readonly bookLines: BookLines,
    private readonly readSides: ReadSides,
    private readonly findDifferences: FindDifferences,
    private readonly recordDifferences: RecordDifferences,
    private readonly lock: ProviderLock,
    private readonly clock: Clock,
  ) {}

  /**
   * With the statement of a provider that can be asked for it; else with those that were imported. Any number of runs, of any times, may
   * run at once and again: each line is kept once, booked once, and compared with what is booked by then.
   *
   * @throws ReconciliationProblems.noStatement for a provider that has none
   * @throws ProviderFailure
   */
  async execute(provider: PaymentProvider, span: Span, startedBy: string): Promise<RunRow> {
    const { account, readStatement } = this.strategies.statementsOf(provider);
    if (!account && !readStatement) throw new DomainError(ReconciliationProblems.noStatement);
    const lines = account ? await account.statement(span.from, span.until) : undefined;
    return this.compare(provider, span, lines, startedBy);
  }

  /** The same, with the lines of a statement that is at hand: all of its time, so that what is not among them is missing. */
  async compare(
    provider: PaymentProvider,
    span: Span,
    lines: readonly StatementLine[] | undefined,
    startedBy: string,
  ): Promise<RunRow> {
    const newLines = lines ? await inTransaction(() => this.keepLines.execute(provider, lines)) : 0;
    await this.bookLines.execute(provider, span);
    return inTransaction(() => this.record(provider, span, { covers: lines !== undefined, newLines, startedBy }));
  }

  /** Contends on the provider's lock. */
  private async record(
    provider: PaymentProvider,
    { from, until }: Span,
    run: Pick<RunRow, 'covers' | 'newLines' | 'startedBy'>,
  ): Promise<RunRow> {
    await this.lock.take(provider);
    const { client } = this.database;
    const lines = await client.statementLine.count({ where: { provider, occurredAt: { gte: from, lt: until } } });
    const id = newId('reconciliationRun');
    const doneAt = this.clock.now();
    const begun = { ...run, id, provider, from, until, lines, found: 0, opened: 0, gone: 0, doneAt };
    // First: from now on its time is covered, and so is what was booked at the end of the time before.
    await client.reconciliationRun.create({ data: begun });
    const names = await this.readSides.namesOf(provider, { from, until });
    const entries = { from: shifted(from, -2), until: shifted(until, 2) };
    const findings = await this.findDifferences.execute(provider, { names, entries });
    const { opened, gone } = await this.recordDifferences.execute(provider, findings);
    return client.reconciliationRun.update({ where: { id }, data: { found: findings.length, opened, gone } });
  }
}

/** Of what was booked near the edges, only the runs on both sides together can say that it is missing. */
function shifted(moment: Date, margins: number): Date {
  return new Date(moment.getTime() + margins * STATED_WITHIN_SECONDS * 1000);
}
