import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../../platform/audit/index.js';
import { Clock } from '../../../platform/clock/index.js';
import {
  afterCommit,
  Database,
  Prisma,
  type ProviderEventStatus,
  Transactional,
} from '../../../platform/database/index.js';
import { DomainError, notFound } from '../../../platform/errors/index.js';
import { Sweeps } from '../../../platform/jobs/index.js';
import { PaymentProblems } from '../../payments.problems.js';
import { INBOX_SWEEP } from '../process-inbox.js';

interface Found {
  status: ProviderEventStatus;
  attempts: number;
  hasBody: boolean;
}

/** Puts a stored event back to where it was when it came. To act on an event again changes nothing that it has already done. */
@Injectable()
export class ReplayEvent {
  constructor(
    private readonly database: Database,
    private readonly audit: RecordAudit,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  /** @throws not found; PaymentProblems.bodyRemoved */
  @Transactional()
  async execute(actorId: string, id: string): Promise<void> {
    const before = await this.lock(id);
    if (!before.hasBody) throw new DomainError(PaymentProblems.bodyRemoved);
    await this.database.client.providerEvent.update({
      where: { id },
      data: {
        status: 'RECEIVED',
        attempts: 0,
        availableAt: this.clock.now(),
        lastError: null,
        waitsFor: null,
        processedAt: null,
      },
    });
    await this.audit.execute({
      actorId,
      action: 'webhook-event.replayed',
      objectType: 'webhook-event',
      objectId: id,
      before: { status: before.status, attempts: before.attempts },
      after: { status: 'RECEIVED', attempts: 0 },
    });
    afterCommit(() => this.sweeps.wake(INBOX_SWEEP));
  }

  /**
   * Contends on the event's row. Whoever acts on it just now holds it until the effect is committed, so it is replayed after that; whoever
   * has only claimed it finds it RECEIVED once, and the next finds it no longer so.
   */
  private async lock(id: string): Promise<Found> {
    const found = await this.database.row<Found>(Prisma.sql`
      SELECT status, attempts, body IS NOT NULL AS "hasBody" FROM provider_events WHERE id = ${id} FOR NO KEY UPDATE`);
    if (!found) throw notFound('Webhook event');
    return found;
  }
}
