import { Injectable } from '@nestjs/common';
import { accounts, type AccountRef, debit, type Leg, PostEntry, ReverseEntry } from '../../ledger/index.js';
import { AskAbout, CheckMovements } from '../../payments/index.js';
import { RecordAudit } from '../../platform/audit/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import type { Finding } from './compare.js';
import { possibleActions, type Resolution } from './discrepancy-actions.js';
import { FindDifferences } from './find-differences.js';
import { LookAround } from './look-around.js';
import { PayoutsAtHand } from './payouts-at-hand.js';
import { ProviderLock } from './provider-lock.js';
import { type DiscrepancyRow, sameSums } from './record-differences.js';
import { ReconciliationProblems } from './reconciliation.problems.js';

interface Decision {
  readonly action: Resolution;
  readonly reason: string;
  readonly by: string;
}

/** Does something about a discrepancy: asks the provider, or books what levels the two sides. */
@Injectable()
export class ResolveDiscrepancy {
  constructor(
    private readonly database: Database,
    private readonly lock: ProviderLock,
    private readonly findDifferences: FindDifferences,
    private readonly lookAround: LookAround,
    private readonly postEntry: PostEntry,
    private readonly reverseEntry: ReverseEntry,
    private readonly askAbout: AskAbout,
    private readonly checkMovements: CheckMovements,
    private readonly payoutsAtHand: PayoutsAtHand,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the provider's lock: of many at once the first resolves it, and the others find it closed. What is booked is what the two
   * sides say now, which must be what the discrepancy shows: nobody books an amount that they have not seen.
   *
   * @throws ReconciliationProblems closed, changed, notPossible
   */
  @Transactional()
  async execute(id: string, decision: Decision): Promise<DiscrepancyRow> {
    const { provider } = await this.row(id);
    await this.lock.take(provider);
    const row = await this.row(id);
    if (row.status !== 'OPEN') throw new DomainError(ReconciliationProblems.closed, closedInWords(row));
    const finding = await this.asItIsNow(row);
    const about = await this.lookAround.execute(provider, finding, row.askedAt);
    const possible = possibleActions(finding.kind, about).filter((action) => action !== 'WAIT');
    if (!possible.includes(decision.action))
      throw new DomainError(ReconciliationProblems.notPossible, `What can be done is ${possible.join(', ')}`);
    if (decision.action === 'ASK_PROVIDER') await this.ask(row, finding);
    else await this.book(row, finding, decision);
    const done = await this.row(id);
    await this.audit.execute({
      actorId: decision.by,
      action: decision.action === 'ASK_PROVIDER' ? 'discrepancy.asked' : 'discrepancy.resolved',
      objectType: 'discrepancy',
      objectId: id,
      before: { status: row.status, details: row.details },
      after: { status: done.status, action: decision.action, entryId: done.entryId },
      reason: decision.reason,
    });
    return done;
  }

  private async row(id: string): Promise<DiscrepancyRow> {
    const row = await this.database.client.discrepancy.findUnique({ where: { id }, include: { sums: true } });
    if (!row) throw notFound('Discrepancy');
    return row;
  }

  private async asItIsNow(row: DiscrepancyRow): Promise<Finding> {
    const now = await this.findDifferences.standing(row.provider, row);
    if (!now || !sameSums(now.sums, row.sums)) throw new DomainError(ReconciliationProblems.changed);
    return now;
  }

  /** It stays open: what the provider answers is acted on as ever, and the next run finds it gone, or not. */
  private async ask(row: DiscrepancyRow, finding: Finding): Promise<void> {
    const asked = await this.askedAbout(row, finding);
    if (!asked) throw new DomainError(ReconciliationProblems.notPossible, 'There is nothing of ours to ask about');
    const changes = { askedAt: this.clock.now(), proposedAction: 'BOOK_UNIDENTIFIED' } as const;
    await this.database.client.discrepancy.update({ where: { id: row.id }, data: changes });
  }

  private async askedAbout({ provider, matter }: DiscrepancyRow, finding: Finding): Promise<boolean> {
    const { paymentId, transactionId } = finding;
    if (matter === 'PAYOUT') return this.payoutsAtHand.ask(provider, finding);
    if (matter === 'CHARGE') return paymentId !== null && this.askAbout.execute(provider, { kind: 'ask', paymentId });
    return transactionId !== null && this.checkMovements.ask(provider, transactionId);
  }

  private async book(row: DiscrepancyRow, finding: Finding, { action, reason, by }: Decision): Promise<void> {
    const entryId = await this.entryOf(row, finding, { action, by });
    if (!entryId) throw new DomainError(ReconciliationProblems.changed);
    await this.database.client.discrepancy.update({
      where: { id: row.id },
      data: { status: 'RESOLVED', action, reason, resolvedBy: by, entryId, closedAt: this.clock.now() },
    });
  }

  private entryOf(
    row: DiscrepancyRow,
    finding: Finding,
    { action, by }: Pick<Decision, 'action' | 'by'>,
  ): Promise<string | undefined> {
    if (action === 'TAKE_BACK') return this.takeBack(row, finding, by);
    if (action === 'RETURN_PAYOUT') return this.payoutsAtHand.giveBack(row.provider, finding);
    return this.post(row, action, by);
  }

  private post(row: DiscrepancyRow, action: Resolution, by: string): Promise<string | undefined> {
    return this.postEntry.execute({
      kind: 'reconciliation.resolved',
      reference: `${row.id}:resolved`,
      object: { type: 'discrepancy', id: row.id },
      actor: by,
      legs: row.sums.flatMap((sum) => level(row, sum, action)),
    });
  }

  private async takeBack(row: DiscrepancyRow, finding: Finding, by: string): Promise<string | undefined> {
    const earlier = await this.lookAround.superseded(row.provider, finding);
    if (!earlier) return undefined;
    return this.reverseEntry.execute(earlier.reference, {
      kind: 'reconciliation.taken-back',
      reference: `${row.id}:resolved`,
      actor: by,
    });
  }
}

/** What brings the provider's account to what the statement says, in one currency: its fee to the fees, the rest to where it was decided. */
function level(row: DiscrepancyRow, sum: DiscrepancyRow['sums'][number], action: Resolution): Leg[] {
  const { provider, kind, matter } = row;
  const net = Money.of(sum.stated - sum.booked, sum.currency);
  const fee = Money.of(sum.statedFee - sum.bookedFee, sum.currency);
  const fees = matter === 'DISPUTE' ? accounts.disputeFees : accounts.providerFees;
  const other: AccountRef =
    action === 'BOOK_UNIDENTIFIED'
      ? accounts.unidentified(provider)
      : kind === 'CURRENCY'
        ? accounts.exchange
        : accounts.providerDifferences;
  return [debit(accounts.provider(provider), net), debit(fees, fee), debit(other, net.plus(fee).negated())];
}

function closedInWords({ status, action, closedAt }: DiscrepancyRow): string {
  const when = closedAt?.toISOString() ?? '';
  return status === 'GONE'
    ? `Since ${when} the statement and the books say the same`
    : `It was resolved on ${when} by ${action ?? ''}`;
}
