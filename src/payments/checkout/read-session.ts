import { Injectable, Logger } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { Database, type PaymentProvider, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { PaymentStrategies, ProviderFailure } from '../ports/payment-strategy.js';
import { ApplyAttemptReport } from '../attempts/apply-attempt-report.js';
import { Attempts, type AttemptRow, toAttempt } from '../attempts/attempts.js';
import { isOpen } from '../attempts/session-states.js';
import { failureInWords } from '../attempts/failure-in-words.js';
import type { PaymentSessionDto, SessionLookupDto } from './sessions.dto.js';

const withAttempts = { payments: { orderBy: { id: 'desc' }, take: 1 } } as const;
type Session = Prisma.PaymentSessionGetPayload<{ include: typeof withAttempts }>;

@Injectable()
export class ReadSession {
  private readonly logger = new Logger(ReadSession.name);

  constructor(
    private readonly database: Database,
    private readonly attempts: Attempts,
    private readonly strategies: PaymentStrategies,
    private readonly applyAttemptReport: ApplyAttemptReport,
  ) {}

  /** @throws not found for somebody else's session */
  async one(id: string, principal: Principal): Promise<PaymentSessionDto> {
    const session = await this.database.client.paymentSession.findUnique({
      where: { id },
      include: withAttempts,
      relationLoadStrategy: 'join',
    });
    if (!session || !mayActFor(principal, session.userId)) throw notFound('Payment session');
    return this.toSession(session);
  }

  /**
   * By the provider's id, for the page that the buyer returns to. An open session is first reconciled with the provider, so the page
   * need not poll for a webhook that is late.
   */
  async byProviderReference(
    provider: PaymentProvider,
    reference: string,
    principal?: Principal,
  ): Promise<SessionLookupDto> {
    // A page that came from charging a saved card knows our id.
    const attempt = await (reference.startsWith('ps_')
      ? this.attempts.ofSession(reference)
      : this.attempts.ofReference(provider, reference));
    if (!attempt) throw notFound('Payment session');
    if (isOpen(attempt.sessionStatus)) await this.reconcile(attempt);
    if (principal && mayActFor(principal, attempt.userId)) {
      const session = await this.one(attempt.sessionId, principal);
      return { id: session.id, status: session.status, session };
    }
    const { id, status } = await this.database.client.paymentSession.findUniqueOrThrow({
      where: { id: attempt.sessionId },
    });
    return { id, status };
  }

  /** A provider that cannot be asked is no reason to hide what we know. */
  private async reconcile(attempt: AttemptRow): Promise<void> {
    try {
      const report = await this.strategies.provider(attempt.provider).lookUp(toAttempt(attempt));
      if (report) await this.applyAttemptReport.about(attempt, report);
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      this.logger.warn(
        { err: error, payment: attempt.paymentId },
        'could not ask the provider; answering what we know',
      );
    }
  }

  private toSession(session: Session): PaymentSessionDto {
    const attempt = session.payments[0];
    if (!attempt) throw new Error(`session ${session.id} has no payment`);
    return {
      id: session.id,
      status: session.status,
      item: { kind: session.itemKind, id: session.itemId, title: session.title },
      amount: toJsonAmount(session.amount),
      couponCode: session.couponCode,
      source: session.source,
      discountAmount: toJsonAmount(session.discountAmount),
      taxAmount: toJsonAmount(session.taxAmount),
      taxRate: session.taxRate / 10_000,
      taxCountry: session.taxCountry,
      taxRegion: session.taxRegion,
      finalAmount: toJsonAmount(session.finalAmount),
      currency: session.currency,
      provider: attempt.provider,
      paymentId: attempt.id,
      providerReference: attempt.providerReference,
      redirectUrl: attempt.redirectUrl,
      failureReason: session.failureReason,
      failureMessage:
        session.failureReason && failureInWords(session.failureReason, this.strategies.find(attempt.provider)),
      metadata: session.metadata as Record<string, string>,
      createdAt: session.createdAt,
      expiresAt: session.expiresAt,
      completedAt: session.completedAt,
    };
  }
}
