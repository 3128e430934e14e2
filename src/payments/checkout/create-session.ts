import { Injectable } from '@nestjs/common';
import { couponRefusals } from '../../coupons/index.js';
import { LedgerRefusal } from '../../ledger/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import {
  Database,
  isUniqueViolation,
  type PaymentProvider,
  type SaleSource,
  Transactional,
} from '../../platform/database/index.js';
import { DomainError, Problems } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { Attempts, type AttemptRow } from '../attempts/attempts.js';
import { PriceSession } from './price-session.js';
import { ReturnAddresses } from './return-addresses.js';
import { isOpen } from '../attempts/session-states.js';
import { SettlePayment } from '../attempts/settle-payment.js';
import { StartAttempt } from '../attempts/start-attempt.js';

const SESSION_MINUTES = 30;
/** A first look at the provider when its answer to the start was never stored. */
const UNHEARD_SECONDS = 5;

/** What every purchase may be refused for, whatever is bought; routes add what their things and their ways to pay are refused for. */
export const sessionRefusals = [
  PaymentProblems.returnUrl,
  PaymentProblems.providerNotOffered,
  PaymentProblems.phone,
  PaymentProblems.charging,
  PaymentProblems.declined,
  PaymentProblems.currencyNotTaken,
  PaymentProblems.amountTooSmall,
  PaymentProblems.amountTooLarge,
  Problems.gateway,
] as const;

/** Why somebody cannot have a course, several of them, or a package, whatever it costs. */
export const itemRefusals = [
  Problems.notFound,
  PaymentProblems.courseIsFree,
  PaymentProblems.alreadyEnrolled,
  PaymentProblems.invitationNeeded,
  PaymentProblems.full,
  PaymentProblems.notOnSale,
  PaymentProblems.currencyNotOffered,
] as const;

/** Why a purchase of such a thing cannot begin. */
export const purchaseRefusals = [...itemRefusals, ...couponRefusals, ...sessionRefusals];

export interface NewSession {
  readonly itemKind: string;
  readonly itemId: string;
  readonly provider?: PaymentProvider;
  /** A saved method to charge, by our id, instead of sending the buyer to the provider's page. */
  readonly methodId?: string;
  /** The number to ring, for a way to pay that rings one; in any common form. */
  readonly phone?: string;
  /** The one to pay in, of those that the thing is sold in; its default unless told. */
  readonly currency?: string;
  readonly couponCode?: string;
  /** How the buyer came to it: by a promotion, unless told, when there is a coupon. */
  readonly source?: SaleSource;
  /** Where the buyer says to be; counts for tax only as long as nothing better is known. */
  readonly country?: string;
  readonly region?: string;
  readonly returnUrl?: string;
  readonly cancelUrl?: string;
  readonly metadata?: Record<string, string>;
}

type Checked = NewSession & Required<Pick<NewSession, 'provider' | 'returnUrl' | 'cancelUrl'>>;

/**
 * Begins a purchase: fixes the price and commits the session with its first attempt. What settles in our own transaction is settled in
 * that one; a provider outside is called only after it. A request resumed under its Idempotency-Key goes on with what it had begun.
 */
@Injectable()
export class CreateSession {
  constructor(
    private readonly database: Database,
    private readonly attempts: Attempts,
    private readonly strategies: PaymentStrategies,
    private readonly priceSession: PriceSession,
    private readonly settlePayment: SettlePayment,
    private readonly startAttempt: StartAttempt,
    private readonly returnAddresses: ReturnAddresses,
    private readonly clock: Clock,
  ) {}

  /** @returns the session's id */
  async execute(request: NewSession, principal: Principal): Promise<string> {
    const attempt = (await this.begun(principal.userId)) ?? (await this.begin(request, principal));
    if (isOpen(attempt.sessionStatus) || attempt.sessionStatus === 'FAILED') await this.startAttempt.execute(attempt);
    return attempt.sessionId;
  }

  private async begun(userId: string): Promise<AttemptRow | undefined> {
    const idempotencyKey = currentIdempotencyKey();
    return idempotencyKey === undefined ? undefined : this.attempts.ofKey(userId, idempotencyKey);
  }

  private async begin(request: NewSession, principal: Principal): Promise<AttemptRow> {
    const provider = request.provider ?? this.strategies.usual;
    if (!this.strategies.offered.includes(provider)) {
      throw new DomainError(PaymentProblems.providerNotOffered, `Offered: ${this.strategies.offered.join(', ')}`);
    }
    const addresses = this.returnAddresses.check(request);
    const phone = this.strategies.of(provider).phoneOf?.(request.phone);
    try {
      return await this.record({ ...request, ...addresses, provider, phone }, principal);
    } catch (error) {
      if (error instanceof LedgerRefusal && error.rule === 'insufficient') {
        throw new DomainError(PaymentProblems.insufficientBalance);
      }
      // The same key was resumed twice at once; the other request's session is ours too.
      const begun = isUniqueViolation(error) ? await this.begun(principal.userId) : undefined;
      if (begun) return begun;
      if ((request.methodId ?? phone) !== undefined && isUniqueViolation(error))
        throw new DomainError(PaymentProblems.charging);
      throw error;
    }
  }

  @Transactional()
  private async record(request: Checked, principal: Principal): Promise<AttemptRow> {
    const sessionId = newId('paymentSession');
    const priced = await this.priceSession.execute({ ...request, sessionId }, principal);
    const attempt = await this.attempts.insert({
      ...request,
      ...priced,
      sessionId,
      userId: principal.userId,
      idempotencyKey: currentIdempotencyKey(),
      createdAt: this.clock.now(),
      expiresAt: this.clock.in(SESSION_MINUTES * 60),
      nextCheckAt: this.clock.in(UNHEARD_SECONDS),
    });
    const atOnce = this.strategies.settlesAtOnce(request.provider) || priced.total.isZero();
    return atOnce ? this.settle(attempt) : attempt;
  }

  /** What cannot be given is refused by rolling everything back: the money is ours to leave where it is. */
  private async settle(attempt: AttemptRow): Promise<AttemptRow> {
    const { refusal, earned } = await this.settlePayment.execute(attempt);
    if (refusal) throw new DomainError(refusal);
    await this.attempts.conclude(attempt, {
      sessionStatus: 'COMPLETED',
      paid: { transactionId: attempt.paymentId, movementsFollow: false, earned },
    });
    return { ...attempt, sessionStatus: 'COMPLETED', paymentStatus: 'COMPLETED' };
  }
}
