import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { Settings } from '../../platform/config/index.js';

/** Longer than any server that works takes; all of it together must be less than an e-mail's lease. */
const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };
const DEADLINE_MS = 20_000;

export interface OutgoingEmail {
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
}

/** The server did not take an e-mail. */
export class MailerFailure extends Error {
  constructor(
    /** The server's words, without the recipient's address. */
    message: string,
    /** Whether another attempt cannot end otherwise. */
    readonly final: boolean,
  ) {
    super(message);
    this.name = 'MailerFailure';
  }
}

/** Hands e-mails to the SMTP server that SMTP_URL names. */
@Injectable()
export class Mailer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Mailer.name);
  private readonly transport?: Transporter;
  /** The part of MAIL_FROM behind the @. */
  private readonly domain: string;

  constructor(private readonly settings: Settings) {
    this.domain = /@([^\s>]+)>?$/.exec(settings.MAIL_FROM)?.[1] ?? 'localhost';
    if (settings.SMTP_URL) this.transport = createTransport(transportOptions(settings.SMTP_URL));
  }

  onApplicationBootstrap(): void {
    if (!this.sends) this.logger.warn('SMTP_URL is not set: e-mails are recorded as SKIPPED and not sent');
  }

  /** After the sweeps have stopped. */
  onApplicationShutdown(): void {
    this.transport?.close();
  }

  /** Whether there is a server to send with. */
  get sends(): boolean {
    return this.transport !== undefined;
  }

  /** Stable, so that a second attempt at what had arrived is the same message. */
  messageId(emailId: string): string {
    return `<${emailId}@${this.domain}>`;
  }

  /** @throws MailerFailure */
  async send(email: OutgoingEmail): Promise<void> {
    if (!this.transport) throw new MailerFailure('SMTP_URL is not set', false);
    try {
      await this.transport.sendMail({
        ...email,
        from: this.settings.MAIL_FROM,
        replyTo: this.settings.MAIL_REPLY_TO,
        // Keeps out-of-office answers away.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
    } catch (error) {
      throw new MailerFailure(String(error).replaceAll(email.to.address, '<recipient>'), isFinal(error));
    }
  }
}

/** What the URL says itself goes first, such as `?requireTLS=false`. */
function transportOptions(url: string): Parameters<typeof createTransport>[0] {
  const { username, hostname } = new URL(url);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return {
    ...TIMEOUTS,
    url,
    pool: true,
    // Trying again is ours, where it is counted.
    maxRequeues: 0,
    // A password does not travel in the clear.
    requireTLS: username !== '' && !local,
  };
}

/** The recipient or the message is refused for good. Everything else, wrong credentials too, is somebody's to mend. */
function isFinal(error: unknown): boolean {
  const { responseCode = 0, command = '' } = error as { responseCode?: number; command?: string };
  return responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
}
