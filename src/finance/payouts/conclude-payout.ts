import { Injectable, Logger } from '@nestjs/common';
import { accounts, credit, debit, PostEntry, ReverseEntry } from '../../ledger/index.js';
import { DisbursementReported } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, type PayoutStatus, Prisma, Transactional } from '../../platform/database/index.js';
import { EventBus, InTransaction } from '../../platform/events/index.js';
import { Money } from '../../platform/money/index.js';
import type { PayoutRow } from './begin-payout.js';
import { payoutTransitions } from './payout-states.js';
import { PayoutSettled } from './payouts.events.js';

/** Whoever reads it asks the instructor for the money, or keeps it from the next payout: the statement names it, too. */
const MADE_AFTER_ALL = 'a payout that had failed was made after all: the instructor has it twice';

interface Outcome {
  readonly externalId?: string | null;
  readonly reason?: string | null;
}

/** Moves a payout to what has become of it, with its entries. */
@Injectable()
export class ConcludePayout {
  private readonly logger = new Logger(ConcludePayout.name);

  constructor(
    private readonly postEntry: PostEntry,
    private readonly reverseEntry: ReverseEntry,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** What a provider says of money that it was asked to send; any order and any number of the same end in the same state. */
  @InTransaction(DisbursementReported)
  async hear({ disbursementId, status, externalId, reason }: DisbursementReported): Promise<void> {
    await this.report(disbursementId, status, { externalId, reason });
  }

  @Transactional()
  async report(id: string, status: DisbursementReported['status'], outcome: Outcome): Promise<void> {
    const payout = await this.lock(id);
    if (!payout || status === 'PENDING') return;
    const failed = payout.status === 'PAID' ? 'RETURNED' : 'FAILED';
    await this.move(payout, status === 'SUCCEEDED' ? 'PAID' : failed, outcome);
  }

  /** In the caller's transaction: one that was paid has come back. @returns the entry that says so; undefined when it is not paid any more */
  async cameBack(id: string, reason: string): Promise<string | undefined> {
    const payout = await this.lock(id);
    if (payout?.status !== 'PAID') return undefined;
    await this.move(payout, 'RETURNED', { reason });
    const entry = await this.database.client.ledgerEntry.findUnique({ where: { reference: `${id}:done:failed` } });
    return entry?.id;
  }

  /** In the caller's transaction, which holds the payout's row. What does not lead on from where it is changes nothing. */
  async move(payout: PayoutRow, to: PayoutStatus, { externalId, reason }: Outcome = {}): Promise<void> {
    const { id } = payout;
    if (!payoutTransitions[payout.status].includes(to)) {
      if (to === 'PAID' && payout.status !== 'PAID')
        afterCommit(() => this.logger.error({ payoutId: id, status: payout.status, externalId }, MADE_AFTER_ALL));
      return;
    }
    await this.database.client.payout.update({
      where: { id },
      data: {
        ...{ status: to, settledAt: this.clock.now(), nextTryAt: null },
        ...(externalId && { externalId }),
        failureReason: to === 'PAID' ? null : (reason ?? null),
      },
    });
    if (to === 'PAID') await this.postDone(payout);
    else await this.takeBack(payout);
    await this.events.publish(new PayoutSettled(id, payout.payeeId, to));
    if (to === 'FAILED' || to === 'RETURNED')
      afterCommit(() =>
        this.logger.warn({ payoutId: id, status: to, reason }, "a payout failed: the money is the instructor's again"),
      );
  }

  async lock(id: string): Promise<PayoutRow | null> {
    await this.database.execute(Prisma.sql`SELECT 1 FROM payouts WHERE id = ${id} FOR UPDATE`);
    return this.database.client.payout.findUnique({ where: { id } });
  }

  private async postDone({ id, amount, currency, provider }: PayoutRow): Promise<void> {
    const money = Money.of(amount, currency);
    await this.postEntry.execute({
      kind: 'payout.done',
      reference: `${id}:done`,
      object: { type: 'payout', id },
      actor: 'system',
      legs: [debit(accounts.payoutsInTransit, money), credit(accounts.provider(provider), money)],
    });
  }

  /** Its entries the other way round, the later one first. */
  private async takeBack({ id }: PayoutRow): Promise<void> {
    for (const step of ['done', 'started']) {
      const reference = `${id}:${step}`;
      await this.reverseEntry.execute(reference, {
        kind: 'payout.failed',
        reference: `${reference}:failed`,
        actor: 'system',
      });
    }
  }
}
