import { Injectable } from '@nestjs/common';
import { ApplyAttemptReport } from '../attempts/apply-attempt-report.js';
import { AskAbout } from '../attempts/ask-about.js';
import type { PaymentProvider } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { ApplyDisputeReport } from '../disputes/apply-dispute-report.js';
import { ApplyMethodReport } from '../methods/apply-method-report.js';
import { CheckMovements } from '../movements/check-movements.js';
import { DisbursementReported, PayeeReported, SubscriptionReported } from '../payments.events.js';
import type { DisbursementReport, PayeeReport, ProviderReport, SubscriptionReport } from '../ports/payment-strategy.js';
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
    switch (report.kind) {
      // An attempt is committed before its provider is called, so one that is not there never will be.
      case 'attempt':
        return ours(await this.attempts.execute(provider, report));
      // What is kept is kept for a customer of ours, who is committed before anything can be.
      case 'method':
        return ours(await this.methods.execute(provider, report));
      case 'ask':
        return ours(await this.askAbout.execute(provider, report));
      case 'disbursement':
      case 'payee':
      case 'subscription':
        return this.tell(newsOf(provider, report));
      case 'refund':
        return aboutMoney(report, await this.refunds.execute(provider, report));
      case 'dispute':
        return aboutMoney(report, await this.disputes.execute(provider, report));
      case 'movements':
        return aboutMoney(report, await this.movements.ask(provider, report.transactionId));
    }
  }

  /** Who is paid by us, and who pays us again and again, is known above: it hears of it in this transaction. */
  private async tell(news: object): Promise<Reception> {
    await this.events.publish(news);
    return 'applied';
  }
}

function ours(isOurs: boolean): Reception {
  return isOurs ? 'applied' : 'not-ours';
}

function aboutMoney({ transactionId }: { transactionId: string }, isKnown: boolean): Reception {
  return isKnown ? 'applied' : { waitsFor: transactionId };
}

function newsOf(provider: PaymentProvider, report: DisbursementReport | PayeeReport | SubscriptionReport): object {
  switch (report.kind) {
    case 'payee':
      return new PayeeReported(provider, report.externalId);
    case 'subscription':
      return new SubscriptionReported(provider, report.externalId ?? null, report.subscriptionId ?? null);
    case 'disbursement': {
      const { disbursementId, status, externalId = null, reason = null } = report;
      return new DisbursementReported(disbursementId, status, externalId, reason);
    }
  }
}
