import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry, ReverseEntry } from '../../ledger/index.js';
import { Database } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import { type PaidPayment, PaidPayments } from '../refunds/paid-payments.js';
import { PutBack } from '../refunds/put-back.js';
import { ReverseSale } from '../refunds/reverse-sale.js';
import { amountOf, type DisputeRow } from './dispute-row.js';
import { LoseUnapplied } from './lose-unapplied.js';

/** What a lost dispute does to the books, and how an appeal that is won undoes it. The caller holds the payment's row. */
@Injectable()
export class LoseDispute {
  constructor(
    private readonly payments: PaidPayments,
    private readonly postEntry: PostEntry,
    private readonly reverseEntry: ReverseEntry,
    private readonly reverseSale: ReverseSale,
    private readonly putBack: PutBack,
    private readonly loseUnapplied: LoseUnapplied,
    private readonly database: Database,
  ) {}

  /** As a refund of what is left of the payment; what the bank took beyond that is our loss. */
  async execute(payment: PaidPayment, dispute: DisputeRow): Promise<void> {
    const unapplied = payment.sessionStatus !== 'COMPLETED' || payment.transactionId !== dispute.transactionId;
    if (unapplied && (await this.loseUnapplied.execute(payment, dispute.transactionId, amountOf(dispute)))) return;
    const borne = unapplied ? Money.zero(dispute.currency) : await this.leftOf(payment, dispute);
    if (!borne.isZero()) {
      const parts = await this.reverseSale.execute(payment, {
        kind: 'dispute.lost',
        reference: `${dispute.id}:lost`,
        cause: dispute.id,
        actor: 'system',
        amount: borne,
        to: accounts.disputed,
        atAnyCost: true,
      });
      await this.database.client.dispute.update({
        where: { id: dispute.id },
        data: { ...parts, lostAmount: borne.minor },
      });
    }
    const loss = amountOf(dispute).minus(borne);
    await this.postEntry.execute({
      kind: 'dispute.lost-beyond',
      reference: `${dispute.id}:lost-beyond`,
      object: { type: 'payment', id: payment.id },
      actor: 'system',
      legs: [debit(accounts.disputeLosses, loss), credit(accounts.disputed, loss)],
    });
  }

  /** Won on appeal. */
  async undo(payment: PaidPayment, dispute: DisputeRow): Promise<void> {
    for (const step of ['lost', 'lost-beyond']) {
      const reference = `${dispute.id}:${step}`;
      const kind = 'dispute.won-on-appeal';
      await this.reverseEntry.execute(reference, { kind, reference: `${reference}:appeal`, actor: 'system' });
    }
    if (dispute.lostAmount > 0n) await this.putBack.execute(payment, dispute.lostAmount, dispute);
    await this.database.client.dispute.update({
      where: { id: dispute.id },
      data: { lostAmount: 0, tax: 0, share: 0, loss: 0 },
    });
  }

  /** Of the dispute's amount, what the payment still has: its own amount is part of what is disputed. */
  private async leftOf({ id, total }: PaidPayment, dispute: DisputeRow): Promise<Money> {
    const current = await this.payments.lock(id);
    const others = (current?.refundedAmount ?? 0n) + (current?.disputedAmount ?? 0n) - dispute.amount;
    const left = total > others ? total - others : 0n;
    return Money.of(left < dispute.amount ? left : dispute.amount, dispute.currency);
  }
}
