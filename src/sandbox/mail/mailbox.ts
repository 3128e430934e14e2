import type { MailMessage } from './message.js';

const kept = 500;

interface Waiting {
  readonly wanted: (message: MailMessage) => boolean;
  readonly resolve: (message: MailMessage) => void;
}

/** Every message that came in, oldest first. */
export class Mailbox {
  private all: MailMessage[] = [];
  private readonly waiting = new Set<Waiting>();
  private number = 0;

  constructor(private readonly changed: () => void) {}

  nextId(): string {
    this.number += 1;
    return String(this.number);
  }

  put(message: MailMessage): void {
    this.all.push(message);
    if (this.all.length > kept) this.all.shift();
    this.changed();
    for (const waiter of this.waiting) if (waiter.wanted(message)) waiter.resolve(message);
  }

  messages(): MailMessage[] {
    return [...this.all];
  }

  find(id: string): MailMessage | undefined {
    return this.all.find((message) => message.id === id);
  }

  clear(): void {
    this.all = [];
    this.changed();
  }

  /** The first message that fits, already there or still to come. */
  async waitFor(wanted: (message: MailMessage) => boolean, milliseconds: number): Promise<MailMessage> {
    const there = this.all.find(wanted);
    if (there) return there;
    const { promise, resolve, reject } = Promise.withResolvers<MailMessage>();
    const waiter = { wanted, resolve };
    this.waiting.add(waiter);
    const timer = setTimeout(() => reject(new Error(`No such message within ${milliseconds} ms.`)), milliseconds);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(waiter);
    }
  }

  snapshot(): KeptMail {
    return { number: this.number, messages: this.all };
  }

  restore({ number, messages }: KeptMail): void {
    this.number = number;
    this.all = messages.map((message) => ({ ...message, at: new Date(message.at) }));
  }
}

/** What survives a restart. */
export interface KeptMail {
  number: number;
  messages: MailMessage[];
}
