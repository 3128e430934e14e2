import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, isUniqueViolation, type PaymentProvider, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { Purchasables } from '../ports/purchasable.js';
import { ReturnAddresses } from './return-addresses.js';
import { StartAttempt } from './start-attempt.js';

const SESSION_MINUTES = 30;
/** A first look at the provider when its answer to the start was never stored. */
const UNHEARD_SECONDS = 5;

export interface NewSession {
  readonly itemKind: string;
  readonly itemId: string;
  readonly provider?: PaymentProvider;
  readonly returnUrl?: string;
  readonly cancelUrl?: string;
  readonly metadata?: Record<string, string>;
}

/**
 * Begins a purchase: fixes the price, commits the session and its first attempt, and only then calls the provider. A request resumed
 * under its Idempotency-Key goes on with the session it had begun.
 */
@Injectable()
export class CreateSession {
  constructor(
    private readonly database: Database,
    private readonly purchasables: Purchasables,
    private readonly strategies: PaymentStrategies,
    private readonly startAttempt: StartAttempt,
    private readonly returnAddresses: ReturnAddresses,
    private readonly clock: Clock,
  ) {}

  /** @returns the session's id */
  async execute(request: NewSession, principal: Principal): Promise<string> {
    const sessionId = (await this.begun(principal.userId)) ?? (await this.begin(request, principal));
    await this.startAttempt.execute(sessionId);
    return sessionId;
  }

  private async begun(userId: string): Promise<string | undefined> {
    const idempotencyKey = currentIdempotencyKey();
    if (idempotencyKey === undefined) return undefined;
    const session = await this.database.client.paymentSession.findUnique({
      where: { userId_idempotencyKey: { userId, idempotencyKey } },
      select: { id: true },
    });
    return session?.id;
  }

  private async begin(request: NewSession, principal: Principal): Promise<string> {
    const provider = request.provider ?? 'STRIPE';
    if (!this.strategies.offered.includes(provider)) {
      throw new DomainError(PaymentProblems.providerNotOffered, `Offered: ${this.strategies.offered.join(', ')}`);
    }
    const addresses = this.returnAddresses.check(request);
    try {
      return await this.record({ ...request, ...addresses, provider }, principal);
    } catch (error) {
      // The same key was resumed twice at once; the other request's session is ours too.
      const begun = isUniqueViolation(error) ? await this.begun(principal.userId) : undefined;
      if (begun) return begun;
      throw error;
    }
  }

  @Transactional()
  private async record(
    request: Required<Pick<NewSession, 'provider' | 'returnUrl' | 'cancelUrl'>> & NewSession,
    principal: Principal,
  ): Promise<string> {
    const { price, title, revenueStream, payee } = await this.purchasables
      .of(request.itemKind)
      .quote(request.itemId, principal);
    const now = this.clock.now();
    const session = await this.database.client.paymentSession.create({
      data: {
        id: newId('paymentSession'),
        userId: principal.userId,
        itemKind: request.itemKind,
        itemId: request.itemId,
        title,
        amount: price.minor,
        finalAmount: price.minor,
        currency: price.currency,
        revenueAccount: revenueStream,
        payeeId: payee?.userId,
        shareBasisPoints: payee?.shareBasisPoints,
        metadata: request.metadata ?? {},
        returnUrl: request.returnUrl,
        cancelUrl: request.cancelUrl,
        idempotencyKey: currentIdempotencyKey(),
        createdAt: now,
        expiresAt: this.clock.in(SESSION_MINUTES * 60),
      },
    });
    await this.database.client.payment.create({
      data: {
        id: newId('payment'),
        sessionId: session.id,
        userId: principal.userId,
        provider: request.provider,
        amount: price.minor,
        total: price.minor,
        currency: price.currency,
        createdAt: now,
        nextCheckAt: this.clock.in(UNHEARD_SECONDS),
      },
    });
    return session.id;
  }
}
