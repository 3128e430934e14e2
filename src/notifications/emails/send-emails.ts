import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type EmailStatus, Prisma } from '../../platform/database/index.js';
import { backoffSeconds, Housekeep, Sweep } from '../../platform/jobs/index.js';
import { ComposeEmail } from '../letters/compose-email.js';
import type { LetterName } from '../letters/letters.js';
import { EMAILS_SWEEP } from './emails-sweep.js';
import { Mailer, MailerFailure } from './mailer.js';

const BATCH = 20;
/** Longer than the mailer's deadline: while one process sends, no other takes the e-mail up. */
const LEASE_SECONDS = 30;
/** With pauses that grow to an hour, about 19 hours: a mail server may be down for a night. */
const ATTEMPTS = 30;
const KEEP_ADDRESS_DAYS = 90;

interface DueEmail {
  id: string;
  letter: LetterName;
  objectId: string;
  messageId: string;
  attempts: number;
  createdAt: Date;
  address: string | null;
  name: string | null;
  timeZone: string | null;
}

/**
 * Sends what is recorded, outside any transaction. The claim commits first; dying after the server took an e-mail and before that is
 * written sends it once more, under the same Message-ID.
 */
@Injectable()
export class SendEmails {
  private readonly logger = new Logger(SendEmails.name);

  constructor(
    private readonly mailer: Mailer,
    private readonly composeEmail: ComposeEmail,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Sweep(EMAILS_SWEEP, 1_000)
  async run(): Promise<number> {
    const due = await this.claim();
    await Promise.all(due.map((email) => this.attempt(email)));
    return due.length;
  }

  /** Contends on the e-mails' rows: whoever moves `available_at` forward has them for as long. The address is read only now. */
  private claim(): Promise<DueEmail[]> {
    return this.database.rows<DueEmail>(Prisma.sql`
      WITH claimed AS (
        UPDATE emails SET available_at = ${this.clock.in(LEASE_SECONDS)}, attempts = attempts + 1
        WHERE id IN (
          SELECT id FROM emails WHERE status = 'PENDING' AND available_at <= ${this.clock.now()}
          ORDER BY available_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
        )
        RETURNING *
      )
      SELECT c.id, c.template AS letter, c.object_id AS "objectId", c.message_id AS "messageId", c.attempts,
        c.created_at AS "createdAt", u.email AS address, u.name, u.time_zone AS "timeZone"
      FROM claimed c LEFT JOIN users u ON u.id = c.recipient_user_id`);
  }

  private async attempt(email: DueEmail): Promise<void> {
    try {
      await this.send(email);
    } catch (error) {
      await this.fail(email, error);
    }
  }

  private async send({ id, letter, objectId, messageId, createdAt, ...recipient }: DueEmail): Promise<void> {
    const { address, name, timeZone } = recipient;
    if (address === null) return this.end(id, 'SKIPPED', { lastError: 'the recipient has no address' });
    if (!this.mailer.sends) return this.end(id, 'SKIPPED', { lastError: 'SMTP_URL is not set' });
    const to = { name: name ?? '', timeZone: timeZone ?? 'UTC' };
    const composed = await this.composeEmail.execute(letter, objectId, to);
    if (!composed) return this.end(id, 'SKIPPED', { lastError: 'it is no longer so' });
    await this.mailer.send({ messageId, to: { name: to.name, address }, date: createdAt, ...composed });
    await this.end(id, 'SENT', {
      lastError: null,
      subject: composed.subject,
      toAddress: address,
      sentAt: this.clock.now(),
    });
  }

  private async fail({ id, letter, attempts }: DueEmail, error: unknown): Promise<void> {
    const failed = attempts >= ATTEMPTS || (error instanceof MailerFailure && error.final);
    this.logger[failed ? 'error' : 'warn'](
      { err: error, email: id, letter, attempts, failed },
      'an e-mail was not sent',
    );
    const lastError = String(error).slice(0, 2000);
    if (failed) return this.end(id, 'FAILED', { lastError });
    await this.database.client.email.updateMany({
      where: { id, status: 'PENDING' },
      data: { lastError, availableAt: this.clock.in(backoffSeconds(attempts)) },
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
