import { Injectable } from '@nestjs/common';
import { ApplyAttemptReport } from '../attempts/apply-attempt-report.js';
import { AskAbout } from '../attempts/ask-about.js';
import type { PaymentProvider } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { ApplyDisputeReport } from '../disputes/apply-dispute-report.js';
import { ApplyMethodReport } from '../methods/apply-method-report.js';
import { CheckMovements } from '../movements/check-movements.js';
import { DisbursementReported, PayeeReported } from '../payments.events.js';
import type { DisbursementReport, PayeeReport, ProviderReport } from '../ports/payment-strategy.js';
import { ApplyRefundReport } from '../refunds/apply-refund-report.js';

/** What became of a report: done, about nothing of ours, or about money that we have not heard of yet. */
export type Reception = 'applied' | 'not-ours' | { readonly waitsFor: string };

/** Hands what a provider says to whoever acts on it, in the caller's transaction. */
@Injectable()
export class ApplyReport {
  constructor(
    private readonly attempts: ApplyAttemptReport,
    private readonly refunds: ApplyRefundReport,
    private readonly disputes: ApplyDisputeReport,
    private readonly movements: CheckMovements,
    private readonly methods: ApplyMethodReport,
    private readonly askAbout: AskAbout,
    private readonly events: EventBus,
  ) {}

  async execute(provider: PaymentProvider, report: ProviderReport): Promise<Reception> {
    // An attempt is committed before its provider is called, so one that is not there never will be.
    if (report.kind === 'attempt') return (await this.attempts.execute(provider, report)) ? 'applied' : 'not-ours';
    // What is kept is kept for a customer of ours, who is committed before anything can be.
    if (report.kind === 'method') return (await this.methods.execute(provider, report)) ? 'applied' : 'not-ours';
    if (report.kind === 'ask') return (await this.askAbout.execute(provider, report)) ? 'applied' : 'not-ours';
    if (report.kind === 'disbursement' || report.kind === 'payee') return this.tell(provider, report);
    return (await this.aboutMoney(provider, report)) ? 'applied' : { waitsFor: report.transactionId };
  }

  /** Who is paid by us, and when, is known above: it hears of it in this transaction. */
  private async tell(provider: PaymentProvider, report: DisbursementReport | PayeeReport): Promise<Reception> {
    await this.events.publish(
      report.kind === 'payee'
        ? new PayeeReported(provider, report.externalId)
        : new DisbursementReported(
            report.disbursementId,
            report.status,
            report.externalId ?? null,
            report.reason ?? null,
          ),
    );
    return 'applied';
  }

  private aboutMoney(
    provider: PaymentProvider,
    report: Exclude<ProviderReport, { kind: 'attempt' | 'ask' | 'method' | 'disbursement' | 'payee' }>,
  ): Promise<boolean> {
    switch (report.kind) {
      case 'refund':
        return this.refunds.execute(provider, report);
      case 'dispute':
        return this.disputes.execute(provider, report);
      case 'movements':
        return this.movements.ask(provider, report.transactionId);
    }
  }
}
