import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type KeptMail, Mailbox } from './mailbox.js';
import { type MailMessage, parseMessage } from './message.js';
import { type MailMischief, MailMischiefs } from './mischief.js';

interface MailOptions {
  /** 0 for any free port. */
  port: number;
  host: string;
  now: () => Date;
  changed: () => void;
}

/** An SMTP server that delivers nothing: it takes every message, from anybody to anybody, and keeps it to be looked at. */
export class MailStandIn {
  private readonly mailbox: Mailbox;
  private readonly mischiefs = new MailMischiefs();
  private readonly held = new Set<() => void>();
  private server: SMTPServer | undefined;
  private port: number;

  constructor(private readonly options: MailOptions) {
    this.mailbox = new Mailbox(options.changed);
    this.port = options.port;
  }

  /** `smtp://…`, for whoever sends. */
  get url(): string {
    return `smtp://${this.options.host === '0.0.0.0' ? '127.0.0.1' : this.options.host}:${this.port}`;
  }

  /** Begins to listen: again on the same port, after `stop`. */
  async start(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 50,
      onRcptTo: (_address, session, callback) => {
        const mischief = this.mischiefs.take('recipient');
        if (mischief) this.strike(mischief, session, callback);
        else callback();
      },
      onData: (stream, session, callback) => {
        this.take(stream, session, callback).catch((error: unknown) => callback(error as Error));
      },
    });
    // A sender that goes away in the middle is no trouble of ours.
    server.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.listen(this.port, this.options.host, () => resolve());
    });
    this.port = (server.server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Nobody can connect any more, and whoever is connected is cut off. What was kept stays. */
  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    for (const release of this.held) release();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of server.connections) connection._socket.destroy();
    await closed;
  }

  /** Oldest first. */
  messages(): MailMessage[] {
    return this.mailbox.messages();
  }

  message(id: string): MailMessage | undefined {
    return this.mailbox.find(id);
  }

  /** The first message that fits, already there or still to come; rejects when there is none in time. */
  waitFor(wanted: (message: MailMessage) => boolean, milliseconds = 5_000): Promise<MailMessage> {
    return this.mailbox.waitFor(wanted, milliseconds);
  }

  /** Empties the mailbox and forgets mischief that has not struck yet. */
  clear(): void {
    this.mischiefs.clear();
    this.mailbox.clear();
  }

  /** Refuses the next addresses, or the next messages, with a code such as 451 (try later) or 550 (never). */
  refuseNext(times: number, code: number, at: 'recipient' | 'message' = 'recipient'): void {
    const text = code < 500 ? 'Try again later' : 'Not here, and not later';
    this.mischiefs.add(times, { kind: 'refuse', at, code, text });
  }

  /** Takes the next messages in and never answers. */
  hangNext(times = 1): void {
    this.mischiefs.add(times, { kind: 'hang' });
  }

  /** Keeps the next messages and breaks the connection before it says so: the sender will try again. */
  dropNext(times = 1): void {
    this.mischiefs.add(times, { kind: 'drop' });
  }

  snapshot(): KeptMail {
    return this.mailbox.snapshot();
  }

  restore(kept: KeptMail): void {
    this.mailbox.restore(kept);
  }

  private async take(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    callback: (error?: Error | null) => void,
  ): Promise<void> {
    const raw = await buffer(stream);
    const mischief = this.mischiefs.take('message');
    if (mischief && mischief.kind !== 'drop') return this.strike(mischief, session, callback);
    const { mailFrom, rcptTo } = session.envelope;
    const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
    const message = await parseMessage(raw, { id: this.mailbox.nextId(), at: this.options.now(), envelope });
    this.mailbox.put(message);
    if (mischief) this.strike(mischief, session, callback);
    else callback();
  }

  private strike(mischief: MailMischief, session: SMTPServerSession, callback: (error?: Error | null) => void): void {
    if (mischief.kind === 'refuse') {
      callback(Object.assign(new Error(mischief.text), { responseCode: mischief.code }));
    } else if (mischief.kind === 'hang') {
      const release = () => {
        this.held.delete(release);
        callback(new Error('The stand-in stops'));
      };
      this.held.add(release);
    } else {
      for (const connection of this.server?.connections ?? [])
        if (connection.id === session.id) connection._socket.destroy();
    }
  }
}
