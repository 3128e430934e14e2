import { Disturbance, type Sending, type WebhookDisturbance } from './webhook-disturbance.js';
import { post, type PostResult } from './webhook-post.js';

/** Something that a provider tells an address it was given, once, without asking whether it was understood. */
export interface Callback {
  readonly id: string;
  /** What it tells about, such as a request's id. */
  readonly about: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** One sending of one callback. */
export interface CallbackAttempt extends Callback {
  readonly at: Date;
  /** Null when no answer came: `error` says why. */
  readonly status: number | null;
  readonly answer: string;
  readonly error: string | null;
}

export interface CallbackOptions {
  /** Milliseconds after which an address that does not answer has not heard. */
  timeout: number;
  now: () => Date;
  log: (line: string) => void;
}

const kept = 2_000;
const lostOnTheWay: PostResult = { status: null, answer: '', error: 'Lost on the way, as was asked for' };

/**
 * Callbacks of providers that do not say whether they try again, and so do not: each is sent once, unless it is disturbed, held, or sent
 * again by hand. None survives a restart.
 */
export class Callbacks {
  private paused = false;
  private disturbance: Disturbance<Callback> | undefined;
  private held: Callback[] = [];
  private readonly sent = new Map<string, Callback>();
  private readonly history: CallbackAttempt[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private readonly closing = new AbortController();

  constructor(private readonly options: CallbackOptions) {}

  send(callback: Callback): void {
    this.sent.set(callback.id, callback);
    if (this.paused) this.held.push(callback);
    else if (this.disturbance) void this.tracked(this.disturbance.take(callback));
    else void this.tracked(this.attempt(callback));
  }

  /** Holds what comes until `resume` or `deliverNow`. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    const waiting = this.held;
    this.held = [];
    for (const callback of waiting) this.send(callback);
  }

  /** Sends what is held about something; resolves when it was answered. */
  async deliverNow(about: string): Promise<CallbackAttempt[]> {
    const chosen = this.held.filter((callback) => callback.about === about);
    this.held = this.held.filter((callback) => callback.about !== about);
    return Promise.all(chosen.map((callback) => this.tracked(this.attempt(callback))));
  }

  /** Sends everything about something once more, whatever became of it before. */
  async redeliver(about: string): Promise<CallbackAttempt[]> {
    const chosen = [...this.sent.values()].filter((callback) => callback.about === about);
    return Promise.all(chosen.map((callback) => this.tracked(this.attempt(callback))));
  }

  /** From now on; what `deliverNow` and `redeliver` send is left alone. */
  disturb(wanted: WebhookDisturbance): void {
    const disturbance: Disturbance<Callback> = new Disturbance<Callback>(
      wanted,
      (sending) => this.transmit(disturbance, sending),
      this.closing.signal,
    );
    this.disturbance = disturbance;
  }

  calm(): void {
    this.disturbance = undefined;
  }

  disturbedBy(): WebhookDisturbance | undefined {
    return this.disturbance?.wanted;
  }

  /** Every sending, oldest first. */
  attempts(): CallbackAttempt[] {
    return [...this.history];
  }

  /** Resolves when nothing is being sent; what is held is not waited for. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  async close(): Promise<void> {
    this.paused = true;
    this.closing.abort();
    await this.idle();
  }

  private async transmit(
    disturbance: Disturbance<Callback>,
    { delivery, copy }: Sending<Callback>,
  ): Promise<CallbackAttempt> {
    return this.attempt(delivery, disturbance.isLost(delivery.id, `copy ${copy}`));
  }

  private async attempt(callback: Callback, lost = false): Promise<CallbackAttempt> {
    const { url, headers, body } = callback;
    const { timeout, log, now } = this.options;
    const at = now();
    const result = lost
      ? lostOnTheWay
      : await post(url, headers, Buffer.from(body, 'utf8'), { timeout, signal: this.closing.signal });
    const done: CallbackAttempt = { ...callback, at, ...result };
    this.history.push(done);
    if (this.history.length > kept) this.history.shift();
    log(`callback about ${callback.about} to ${url}: ${result.status ?? result.error}`);
    return done;
  }

  /** What `idle` waits for. */
  private tracked<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    return work.finally(() => this.running.delete(work));
  }
}
