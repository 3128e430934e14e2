import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Sweeps } from '../../platform/jobs/index.js';
import type { LetterName } from '../letters/letters.js';
import { EMAILS_SWEEP } from './emails-sweep.js';
import { Mailer } from './mailer.js';

export interface EmailsToRecord {
  readonly letter: LetterName;
  /** The payment, refund, dispute, payout, award, seat, licence or place in a waitlist that it is about. */
  readonly objectId: string;
  /** What must not be told twice, when that is not the letter and its object. */
  readonly once?: string;
  /** Ids of users, and of licences' seats that are offered to an address. */
  readonly recipients: readonly string[];
}

/** Writes down that e-mails are to be sent, in the caller's transaction. Nothing else: sending is the sweep's. */
@Injectable()
export class RecordEmails {
  constructor(
    private readonly mailer: Mailer,
    private readonly database: Database,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  async execute({ letter, objectId, once = objectId, recipients }: EmailsToRecord): Promise<void> {
    const now = this.clock.now();
    const emails = recipients.map((recipientId) => {
      const id = newId('email');
      return {
        id,
        eventKey: `${letter}:${once}:${recipientId}`,
        template: letter,
        objectId,
        recipientId,
        messageId: this.mailer.messageId(id),
        availableAt: now,
        createdAt: now,
        ...(!this.mailer.sends && { status: 'SKIPPED' as const, lastError: 'SMTP_URL is not set' }),
      };
    });
    // Once per letter, object and person, by a unique index: an event that is handed over again adds nothing.
    const { count } = await this.database.client.email.createMany({ data: emails, skipDuplicates: true });
    if (count > 0 && this.mailer.sends) afterCommit(() => this.sweeps.wake(EMAILS_SWEEP));
  }
}
