import { Injectable } from '@nestjs/common';
import { type AccountRef, accounts, credit, debit, type Leg, PostEntry } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import {
  Database,
  type Prisma,
  Prisma as Sql,
  type PaymentProvider,
  Transactional,
} from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { newId } from '../../platform/ids/index.js';
import { DisputeClosed, DisputeOpened } from '../payments.events.js';
import { type DisputeReport, PaymentStrategies } from '../ports/payment-strategy.js';
import { MoveStanding } from '../refunds/move-standing.js';
import { type PaidPayment, PaidPayments } from '../refunds/paid-payments.js';
import { amountOf, type DisputeRow } from './dispute-row.js';
import { disputeTransitions, isClosed } from './dispute-states.js';
import { LoseDispute } from './lose-dispute.js';

/**
 * Acts on what a provider says about a dispute. Each report carries the whole dispute; what it adds to what is known is booked once, each
 * step with those that it implies, so that reports may come in any order and any number of times.
 */
@Injectable()
export class ApplyDisputeReport {
  constructor(
    private readonly payments: PaidPayments,
    private readonly postEntry: PostEntry,
    private readonly loseDispute: LoseDispute,
    private readonly moveStanding: MoveStanding,
    private readonly strategies: PaymentStrategies,
    private readonly events: EventBus,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns false when the money that is disputed is not known to us, or not yet */
  @Transactional()
  async execute(provider: PaymentProvider, report: DisputeReport): Promise<boolean> {
    const payment = await this.payments.lockByTransaction(provider, report.transactionId);
    if (!payment) return false;
    const known = await this.find(provider, report);
    checkAgreement(report, payment, known);
    const dispute = known ?? (await this.open(payment, report));
    // Lost and reinstated money was withdrawn before, whether or not that was heard.
    const withdrawn = (report.withdrawn || report.reinstated || report.status === 'LOST') && !dispute.withdrawnAt;
    const reinstated = report.reinstated && !dispute.reinstatedAt;
    const moved = disputeTransitions[dispute.status].includes(report.status);
    if (withdrawn) await this.withdraw(payment, dispute);
    if (reinstated) await this.reinstate(payment, dispute);
    if (moved) await this.move(payment, dispute, report);
    // What adds nothing asks for nothing: each look at the provider's account says all of this again.
    if (!known || withdrawn || reinstated || moved) await this.moveStanding.execute(payment);
    return true;
  }

  private async find(provider: PaymentProvider, { externalId }: DisputeReport): Promise<DisputeRow | undefined> {
    const dispute = await this.database.client.dispute.findUnique({
      where: { provider_externalId: { provider, externalId } },
    });
    return dispute ?? undefined;
  }

  private async open(payment: PaidPayment, report: DisputeReport): Promise<DisputeRow> {
    const { externalId, reason, amount, dueBy, openedAt } = report;
    // A dispute is born open: what it has become by now is its next step, with all that follows from it.
    const status = report.status === 'INQUIRY' || report.status === 'CLOSED' ? 'INQUIRY' : 'NEEDS_RESPONSE';
    const dispute = await this.database.client.dispute.create({
      data: {
        id: newId('dispute'),
        provider: payment.provider,
        externalId,
        paymentId: payment.id,
        transactionId: report.transactionId,
        status,
        reason,
        amount: amount.minor,
        currency: amount.currency,
        dueBy,
        openedAt,
      },
    });
    await this.events.publish(new DisputeOpened(dispute.id, payment.id, payment.userId));
    return dispute;
  }

  /** The bank has taken the money: it is not with the provider any more, and not lost yet. */
  private async withdraw(payment: PaidPayment, dispute: DisputeRow): Promise<void> {
    const amount = amountOf(dispute);
    await this.post(payment, dispute, 'withdrawn', [
      debit(accounts.disputed, amount),
      credit(this.funds(payment), amount),
    ]);
    await this.mark(dispute, { withdrawnAt: this.clock.now() });
    await this.reserve(payment, dispute.amount);
  }

  private async reinstate(payment: PaidPayment, dispute: DisputeRow): Promise<void> {
    const amount = amountOf(dispute);
    await this.post(payment, dispute, 'reinstated', [
      debit(this.funds(payment), amount),
      credit(accounts.disputed, amount),
    ]);
    await this.mark(dispute, { reinstatedAt: this.clock.now() });
    await this.reserve(payment, -dispute.amount);
  }

  private async move(payment: PaidPayment, dispute: DisputeRow, { status, dueBy }: DisputeReport): Promise<void> {
    if (status === 'LOST') await this.loseDispute.execute(payment, dispute);
    if (dispute.status === 'LOST') await this.loseDispute.undo(payment, dispute);
    const closedAt = isClosed(status) ? this.clock.now() : null;
    await this.mark(dispute, { status, closedAt, dueBy: dueBy ?? dispute.dueBy });
    if (closedAt) await this.events.publish(new DisputeClosed(dispute.id, payment.id, payment.userId));
  }

  private async post(payment: PaidPayment, dispute: DisputeRow, step: string, legs: Leg[]): Promise<void> {
    await this.postEntry.execute({
      kind: `dispute.${step}`,
      reference: `${dispute.id}:${step}`,
      object: { type: 'payment', id: payment.id },
      actor: 'system',
      legs,
    });
  }

  private async mark({ id }: DisputeRow, data: Prisma.DisputeUpdateInput): Promise<void> {
    await this.database.client.dispute.update({ where: { id }, data });
  }

  /** What is disputed cannot be refunded meanwhile. */
  private async reserve(payment: PaidPayment, amount: bigint): Promise<void> {
    await this.database.execute(Sql.sql`
      UPDATE payments SET disputed_amount = disputed_amount + ${amount}::bigint WHERE id = ${payment.id}`);
  }

  private funds(payment: PaidPayment): AccountRef {
    return this.strategies.of(payment.provider).funds(payment.userId);
  }
}

/** What contradicts itself is not acted on by half: it fails whole, and a person looks at it. */
function checkAgreement(
  { externalId, transactionId, amount }: DisputeReport,
  payment: PaidPayment,
  known?: DisputeRow,
): void {
  if (known && known.transactionId !== transactionId)
    throw new Error(`dispute ${externalId} was about ${known.transactionId}, and now is about ${transactionId}`);
  const ofSale = payment.sessionStatus === 'COMPLETED' && payment.transactionId === transactionId;
  if (ofSale && amount.currency !== payment.currency)
    throw new Error(`dispute ${externalId} is in ${amount.currency}, payment ${payment.id} in ${payment.currency}`);
}
