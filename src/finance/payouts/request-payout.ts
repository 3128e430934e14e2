import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound, Problems } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { OWN_TURN_SECONDS } from '../../platform/jobs/index.js';
import { BeginPayout, type PayoutRow } from './begin-payout.js';
import { CarryOutPayouts } from './carry-out-payouts.js';

interface PayoutRequest {
  readonly currency: string;
  readonly amount?: number;
  readonly provider?: PaymentProvider;
  /** Whose earnings; one's own unless told. */
  readonly instructorId?: string;
}

/** Pays earnings out: one's own, or, audited, anyone's by an admin. */
@Injectable()
export class RequestPayout {
  constructor(
    private readonly beginPayout: BeginPayout,
    private readonly carryOutPayouts: CarryOutPayouts,
    private readonly database: Database,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** @throws what BeginPayout throws; forbidden for somebody else's earnings */
  async execute(request: PayoutRequest, principal: Principal): Promise<PayoutRow> {
    const payout = await this.begin(request, principal);
    if (payout.status === 'IN_TRANSIT') await this.carryOutPayouts.now(payout.id);
    return this.database.client.payout.findUniqueOrThrow({ where: { id: payout.id } });
  }

  @Transactional()
  private async begin({ instructorId, ...request }: PayoutRequest, principal: Principal): Promise<PayoutRow> {
    const { userId } = principal;
    const payeeId = instructorId ?? userId;
    if (payeeId !== userId && !isAdmin(principal))
      throw new DomainError(Problems.forbidden, "Only an admin pays out somebody else's earnings");
    const idempotencyKey = currentIdempotencyKey() ?? null;
    const begun = await this.begun(userId, idempotencyKey);
    if (begun) return begun;
    const payee = await this.database.client.user.findUnique({ where: { id: payeeId }, select: { id: true } });
    if (!payee) throw notFound('Instructor');
    const sweptAt = this.clock.in(OWN_TURN_SECONDS);
    const order = { ...request, payeeId, requestedBy: userId, idempotencyKey, sweptAt };
    const payout = await this.beginPayout.execute(order);
    const { id, amount, currency, status, provider } = payout;
    await this.audit.execute({
      ...{ actorId: userId, action: 'payout.requested', objectType: 'payout', objectId: id },
      after: { payeeId, amount: Number(amount), currency, status, provider },
    });
    return payout;
  }

  /** A request resumed under its Idempotency-Key goes on with what it had begun. */
  private async begun(requestedBy: string, idempotencyKey: string | null): Promise<PayoutRow | null> {
    if (idempotencyKey === null) return null;
    return this.database.client.payout.findUnique({
      where: { requestedBy_idempotencyKey: { requestedBy, idempotencyKey } },
    });
  }
}
