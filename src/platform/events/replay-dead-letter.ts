import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../audit/index.js';
import { Clock } from '../clock/index.js';
import { afterCommit, Database, Prisma, Transactional } from '../database/index.js';
import { defineProblem, DomainError, notFound } from '../errors/index.js';
import { Sweeps } from '../jobs/index.js';
import { OUTBOX_SWEEP } from './outbox-drainer.js';

export const notDead = defineProblem({
  code: 'NOT_A_DEAD_LETTER',
  status: 409,
  title: 'This message is not dead: it was delivered, or it still will be',
});

/** Gives a message that was given up back to its subscriber. */
@Injectable()
export class ReplayDeadLetter {
  constructor(
    private readonly database: Database,
    private readonly audit: RecordAudit,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the message's row: the update asks for DEAD, so of two replays at once one is refused.
   * @throws not found; notDead
   */
  @Transactional()
  async execute(actorId: string, id: string): Promise<void> {
    const replayed = await this.database.row<{ subscriber: string; eventName: string }>(Prisma.sql`
      UPDATE outbox_messages SET status = 'PENDING', attempts = 0, available_at = ${this.clock.now()}, last_error = NULL
      WHERE id = ${id} AND status = 'DEAD'
      RETURNING subscriber, event_name AS "eventName"`);
    if (!replayed) throw await this.refusal(id);
    await this.audit.execute({
      actorId,
      action: 'dead-letter.replayed',
      objectType: 'outbox-message',
      objectId: id,
      before: { ...replayed, status: 'DEAD' },
      after: { ...replayed, status: 'PENDING' },
    });
    afterCommit(() => this.sweeps.wake(OUTBOX_SWEEP));
  }

  private async refusal(id: string): Promise<DomainError> {
    const known = await this.database.client.outboxMessage.findUnique({ where: { id }, select: { id: true } });
    return known ? new DomainError(notDead) : notFound('Dead letter');
  }
}
