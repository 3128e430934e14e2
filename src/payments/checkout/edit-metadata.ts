import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { PaymentProblems } from '../payments.problems.js';

const KEYS = 20;

/** Adds to a pending session's metadata, or writes over it key by key. Nothing else about a session can be edited. */
@Injectable()
export class EditMetadata {
  constructor(private readonly database: Database) {}

  /**
   * One conditional update: of two at once, both keep their keys.
   * @throws PaymentProblems.sessionNotPending, tooMuchMetadata
   */
  async execute(sessionId: string, metadata: Record<string, string>, { userId }: Principal): Promise<void> {
    const added = JSON.stringify(metadata);
    const changed = await this.database.execute(Prisma.sql`
      UPDATE payment_sessions SET metadata = metadata || ${added}::jsonb
      WHERE id = ${sessionId} AND user_id = ${userId} AND status = 'PENDING'
        AND (SELECT count(*) FROM jsonb_object_keys(metadata || ${added}::jsonb)) <= ${KEYS}`);
    if (changed > 0) return;
    const session = await this.database.client.paymentSession.findUnique({ where: { id: sessionId, userId } });
    if (!session) throw notFound('Payment session');
    throw new DomainError(
      session.status === 'PENDING' ? PaymentProblems.tooMuchMetadata : PaymentProblems.sessionNotPending,
    );
  }
}
