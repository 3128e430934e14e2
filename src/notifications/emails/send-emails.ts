import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type EmailStatus, Prisma } from '../../platform/database/index.js';
import {
  backoffSeconds,
  type Due,
  DueRows,
  Housekeep,
  inBrief,
  leaseOf,
  Sweep,
  dueRows,
} from '../../platform/jobs/index.js';
import { ComposeEmail } from '../letters/compose-email.js';
import type { LetterName } from '../letters/letters.js';
import { EMAILS_SWEEP } from './emails-sweep.js';
import { FindRecipient } from './find-recipient.js';
import { Mailer, MailerFailure } from './mailer.js';

const BATCH = 20;
/** Longer than the mailer's deadline: while one process sends, no other takes the e-mail up. */
const LEASE_SECONDS = 30;
/** With pauses that grow to an hour, about 19 hours: a mail server may be down for a night. */
const ATTEMPTS = 30;
const KEEP_ADDRESS_DAYS = 90;
const ROWS = { name: 'emails', dueAt: 'available_at', waiting: Prisma.sql`status = 'PENDING'` };

interface DueEmail {
  letter: LetterName;
  objectId: string;
  messageId: string;
  createdAt: Date;
  recipientId: string;
}

/**
 * Sends what is recorded, outside any transaction. The claim commits first; dying after the server took an e-mail and before that is
 * written sends it once more, under the same Message-ID.
 */
@Injectable()
export class SendEmails {
  private readonly logger = new Logger(SendEmails.name);

  private readonly emails: DueRows<DueEmail>;

  constructor(
    private readonly mailer: Mailer,
    private readonly findRecipient: FindRecipient,
    private readonly composeEmail: ComposeEmail,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.emails = new DueRows(database, clock, {
      ...ROWS,
      tries: 'attempts',
      columns: Prisma.sql`template AS letter, object_id AS "objectId", message_id AS "messageId", created_at AS "createdAt",
        recipient_id AS "recipientId"`,
      batch: BATCH,
      again: leaseOf(LEASE_SECONDS),
    });
  }

  @Sweep(EMAILS_SWEEP, 1_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.emails.work((email) => this.attempt(email));
  }

  private async attempt(email: Due & DueEmail): Promise<void> {
    try {
      await this.send(email);
    } catch (error) {
      await this.fail(email, error);
    }
  }

  /** The address is read only now. */
  private async send({ id, letter, objectId, messageId, createdAt, recipientId }: DueEmail & Due): Promise<void> {
    const recipient = await this.findRecipient.execute(recipientId);
    if (!recipient) return this.end(id, 'SKIPPED', { lastError: 'the recipient has no address' });
    if (!this.mailer.sends) return this.end(id, 'SKIPPED', { lastError: 'SMTP_URL is not set' });
    const { address, name, timeZone } = recipient;
    const composed = await this.composeEmail.execute(letter, objectId, { name, timeZone });
    if (!composed) return this.end(id, 'SKIPPED', { lastError: 'it is no longer so' });
    await this.mailer.send({ messageId, to: { name, address }, date: createdAt, ...composed });
    await this.end(id, 'SENT', {
      lastError: null,
      subject: composed.subject,
      toAddress: address,
      sentAt: this.clock.now(),
    });
  }

  private async fail({ id, letter, tries }: Due & DueEmail, error: unknown): Promise<void> {
    const failed = tries >= ATTEMPTS || (error instanceof MailerFailure && error.final);
    this.logger[failed ? 'error' : 'warn']({ err: error, email: id, letter, tries, failed }, 'an e-mail was not sent');
    const lastError = inBrief(error);
    if (failed) return this.end(id, 'FAILED', { lastError });
    await this.database.client.email.updateMany({
      where: { id, status: 'PENDING' },
      data: { lastError, availableAt: this.clock.in(backoffSeconds(tries)) },
    });
  }

  /** Contends on the e-mail's row: what has ended stays as it ended. */
  private async end(id: string, status: EmailStatus, data: Prisma.EmailUpdateManyMutationInput): Promise<void> {
    await this.database.client.email.updateMany({ where: { id, status: 'PENDING' }, data: { ...data, status } });
    if (status === 'SKIPPED') this.logger.log({ email: id, reason: data.lastError }, 'an e-mail was skipped');
  }

  @Housekeep('email-addresses')
  async forgetAddresses(): Promise<number> {
    const { count } = await this.database.client.email.updateMany({
      where: { toAddress: { not: null }, createdAt: { lt: this.clock.in(-KEEP_ADDRESS_DAYS * 86_400) } },
      data: { toAddress: null },
    });
    return count;
  }
}
