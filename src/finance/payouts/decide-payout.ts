import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, invalidTransition, notFound } from '../../platform/errors/index.js';
import { OWN_TURN_SECONDS } from '../../platform/jobs/index.js';
import type { PayoutRow } from './begin-payout.js';
import { CarryOutPayouts } from './carry-out-payouts.js';
import { ConcludePayout } from './conclude-payout.js';
import { PayoutProblems } from './payouts.problems.js';

interface Decision {
  readonly approve: boolean;
  readonly reason?: string;
}

/** A second admin lets a payout go, or refuses it. */
@Injectable()
export class DecidePayout {
  constructor(
    private readonly concludePayout: ConcludePayout,
    private readonly carryOutPayouts: CarryOutPayouts,
    private readonly database: Database,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * The same decision again changes nothing.
   * @throws PayoutProblems.ownRequest; Problems.transition when it was decided otherwise
   */
  async execute(id: string, decision: Decision, principal: Principal): Promise<PayoutRow> {
    await this.decide(id, decision, principal);
    if (decision.approve) await this.carryOutPayouts.now(id);
    return this.database.client.payout.findUniqueOrThrow({ where: { id } });
  }

  /** Contends on the payout's row. */
  @Transactional()
  private async decide(id: string, { approve, reason }: Decision, { userId }: Principal): Promise<void> {
    const payout = await this.concludePayout.lock(id);
    if (!payout) throw notFound('Payout');
    if (payout.requestedBy === userId || payout.payeeId === userId) throw new DomainError(PayoutProblems.ownRequest);
    const to = approve ? 'IN_TRANSIT' : 'REJECTED';
    if (payout.status !== 'REQUESTED') {
      const decidedSo = payout.decidedBy !== null && (payout.status !== 'REJECTED') === approve;
      if (decidedSo) return;
      throw invalidTransition(payout.status, to);
    }
    const decided = { decidedBy: userId, reason: reason ?? null };
    if (approve) {
      await this.database.client.payout.update({
        where: { id },
        data: { ...decided, status: to, nextTryAt: this.clock.in(OWN_TURN_SECONDS) },
      });
    } else {
      await this.database.client.payout.update({ where: { id }, data: decided });
      await this.concludePayout.move(payout, to, { reason });
    }
    await this.audit.execute({
      ...{
        actorId: userId,
        action: approve ? 'payout.approved' : 'payout.rejected',
        objectType: 'payout',
        objectId: id,
      },
      ...{ before: { status: payout.status }, after: { status: to }, reason },
    });
  }
}
