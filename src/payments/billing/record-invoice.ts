import { Injectable } from '@nestjs/common';
import { accounts, Recognition } from '../../ledger/index.js';
import type { PaymentProvider } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Attempts } from '../attempts/attempts.js';
import { SettlePayment } from '../attempts/settle-payment.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import type { PaidInvoice } from '../ports/subscription-biller.js';
import { moneyOf } from './invoice-money.js';

/** What is sold again and again, by the kind of purchasable that `fulfil`s it. */
export const SUBSCRIPTION_KIND = 'subscription';
/** Where its money waits to be earned. */
const STREAM = 'subscriptions';

export interface InvoiceToRecord {
  readonly provider: PaymentProvider;
  /** Ours. */
  readonly subscriptionId: string;
  readonly userId: string;
  /** What the buyer reads in their history. */
  readonly title: string;
  readonly tax: {
    /** Millionths: 190000 is 19 %. */
    readonly rate: number;
    readonly country: string | null;
    readonly region: string | null;
  };
  readonly invoice: PaidInvoice;
}

/**
 * Books an invoice that a provider has collected as what it is: a payment. So its history, receipt, refunds, disputes, fees and
 * reconciliation are those of any other. Its net is deferred, line by line.
 */
@Injectable()
export class RecordInvoice {
  constructor(
    private readonly attempts: Attempts,
    private readonly settlePayment: SettlePayment,
    private readonly strategies: PaymentStrategies,
    private readonly recognition: Recognition,
  ) {}

  /**
   * In the caller's transaction. Contends on the movement of money, by a unique index: of several that record it one does.
   * @returns undefined when it is recorded already, or brought no money
   */
  async execute(order: InvoiceToRecord): Promise<{ paymentId: string; sessionId: string } | undefined> {
    const { provider, invoice, subscriptionId } = order;
    if (invoice.total.minor <= 0n) return undefined;
    const money = moneyOf(invoice);
    const attempt = await this.attempts.insertCollected({
      sessionId: newId('paymentSession'),
      userId: order.userId,
      itemKind: SUBSCRIPTION_KIND,
      itemId: subscriptionId,
      provider,
      title: order.title,
      tax: money.tax,
      total: invoice.total,
      taxRate: order.tax.rate,
      taxCountry: order.tax.country,
      taxRegion: order.tax.region,
      income: accounts.deferred(STREAM),
      reference: invoice.externalId,
      transactionId: invoice.transactionId,
      createdAt: invoice.paidAt,
    });
    if (!attempt) return undefined;
    const { paymentId, sessionId } = attempt;
    const { refusal, earned } = await this.settlePayment.execute(attempt);
    if (refusal) throw new Error(`${subscriptionId} does not take what it was paid for: ${refusal.code}`);
    await this.attempts.conclude(attempt, {
      sessionStatus: 'COMPLETED',
      paid: {
        transactionId: invoice.transactionId,
        receipt: invoice.number ?? undefined,
        movementsFollow: this.strategies.hasAccount(provider),
        earned,
      },
    });
    await this.recognition.defer(paymentId, STREAM, money.lines);
    return { paymentId, sessionId };
  }
}
