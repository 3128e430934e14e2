import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type RefundDestination, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound, Problems } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { OWN_TURN_SECONDS } from '../../platform/jobs/index.js';
import { Money } from '../../platform/money/index.js';
import { isSettled } from '../attempts/session-states.js';
import { PaymentProblems } from '../payments.problems.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { CarryOutRefunds } from './carry-out-refunds.js';
import { ConcludeRefund, type RefundRow } from './conclude-refund.js';
import { type PaidPayment, PaidPayments } from './paid-payments.js';
import { RecordRefund, type RefundTerms } from './record-refund.js';
import { ReturnUnapplied } from './return-unapplied.js';

interface RefundRequest {
  readonly paymentId: string;
  /** Minor units; everything that is left unless told. */
  readonly amount?: number;
  readonly reason: string;
  readonly destination?: RefundDestination;
  /** A failed refund of money that fitted nothing, to be done anew. */
  readonly refundId?: string;
}

/**
 * Gives back a payment or a part of it, as an admin. The refund stands committed, with its entry, before the provider is asked; what the
 * provider cannot do now it is asked for again by a job.
 */
@Injectable()
export class RefundPayment {
  constructor(
    private readonly payments: PaidPayments,
    private readonly recordRefund: RecordRefund,
    private readonly returnUnapplied: ReturnUnapplied,
    private readonly carryOutRefunds: CarryOutRefunds,
    private readonly concludeRefund: ConcludeRefund,
    private readonly strategies: PaymentStrategies,
    private readonly database: Database,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** @throws PaymentProblems.notRefundable, refundTooMuch, refundRefused */
  async execute(request: RefundRequest, principal: Principal): Promise<RefundRow> {
    const id = (await this.begun(principal)) ?? (await this.begin(request, principal));
    await this.carryOutRefunds.now(id);
    const refund = await this.database.client.refund.findUniqueOrThrow({ where: { id } });
    if (refund.status === 'FAILED') throw new DomainError(PaymentProblems.refundRefused, refusalInWords(refund));
    return refund;
  }

  /** A request resumed under its Idempotency-Key goes on with the refund that it had begun. */
  private async begun({ userId }: Principal): Promise<string | undefined> {
    const idempotencyKey = currentIdempotencyKey();
    if (idempotencyKey === undefined) return undefined;
    const refund = await this.database.client.refund.findUnique({
      where: { requestedBy_idempotencyKey: { requestedBy: userId, idempotencyKey } },
      select: { id: true },
    });
    return refund?.id;
  }

  @Transactional()
  private async begin(request: RefundRequest, principal: Principal): Promise<string> {
    const payment = await this.payments.lock(request.paymentId);
    if (!payment) throw notFound('Payment');
    if (!isSettled(payment.status) || payment.status === 'DISPUTED') throw notRefundable(payment);
    const terms = {
      reason: request.reason,
      destination: request.destination ?? 'ORIGINAL',
      requestedBy: principal.userId,
      idempotencyKey: currentIdempotencyKey() ?? null,
      nextTryAt: this.clock.in(OWN_TURN_SECONDS),
    } satisfies RefundTerms;
    const id =
      payment.sessionStatus === 'COMPLETED' && request.refundId === undefined
        ? await this.ofSale(payment, request.amount, terms)
        : await this.returnUnapplied.execute(payment, request, terms);
    if (terms.destination === 'WALLET' || this.strategies.settlesAtOnce(payment.provider))
      await this.settle(payment, id);
    await this.audit.execute({
      actorId: principal.userId,
      action: 'payment.refunded',
      objectType: 'payment',
      objectId: payment.id,
      after: { refundId: id, amount: request.amount ?? null, destination: terms.destination },
      reason: request.reason,
    });
    return id;
  }

  private async ofSale(payment: PaidPayment, asked: number | undefined, terms: RefundTerms): Promise<string> {
    const left = payment.total - payment.refundedAmount - payment.disputedAmount;
    const amount = Money.of(asked ?? left, payment.currency);
    if (terms.destination === 'ORIGINAL') this.checkStep(payment, amount);
    const id = amount.minor > 0n ? await this.recordRefund.execute(payment, amount, terms) : undefined;
    if (id) return id;
    const rest = Money.of(left, payment.currency);
    throw left > 0n
      ? new DomainError(PaymentProblems.refundTooMuch, `${rest.toString()} of this payment can still be refunded`)
      : notRefundable(payment);
  }

  /** A provider that counts in whole units would never give back the rest of one. */
  private checkStep({ provider }: PaidPayment, amount: Money): void {
    const step = this.strategies.of(provider).limits(amount.currency)?.step ?? 1n;
    if (amount.minor % step === 0n) return;
    const unit = Money.of(step, amount.currency).toString();
    throw new DomainError(
      Problems.validation,
      `${provider} gives back multiples of ${unit} only; a wallet takes the rest`,
    );
  }

  /** Into a wallet, the money is ours to move: done in the same transaction. */
  private async settle(payment: PaidPayment, id: string): Promise<void> {
    const refund = await this.database.client.refund.findUniqueOrThrow({ where: { id } });
    await this.concludeRefund.execute(payment, refund, 'SUCCEEDED');
  }
}

function notRefundable({ status, total }: PaidPayment): DomainError {
  if (status === 'DISPUTED')
    return new DomainError(
      PaymentProblems.notRefundable,
      'A disputed payment cannot be refunded: its bank has the money',
    );
  const nothing = status === 'REFUNDED' || total === 0n;
  return new DomainError(
    PaymentProblems.notRefundable,
    nothing ? 'Nothing of this payment is left to refund' : `A payment that is ${status} has nothing to refund`,
  );
}

function refusalInWords({ failureReason }: RefundRow): string {
  return `The provider refused the refund (${failureReason ?? 'without a reason'}); nothing was given back`;
}
