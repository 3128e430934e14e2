import type Stripe from 'stripe';
import type { Account } from './account.js';
import { matchesType } from './events.js';
import { newId } from './ids.js';
import type { Delivery } from './store.js';
import { webhookBody } from './webhook-body.js';
import { Disturbance, type Sending, type WebhookDisturbance } from '../common/webhook-disturbance.js';
import { post, type PostResult } from '../common/webhook-post.js';
import { signatureHeader, webhookHeaders } from './webhook-signature.js';

/** One attempt to bring one event to one endpoint. */
export interface DeliveryAttempt {
  eventId: string;
  eventType: string;
  endpointId: string;
  url: string;
  /** 1 for the first; 0 for one sent again by hand, which does not count towards the retries. */
  attempt: number;
  at: Date;
  headers: Record<string, string>;
  /** Exactly the bytes that were sent. */
  body: Buffer;
  /** Null when no answer came: `error` says why. */
  status: number | null;
  answer: string;
  error: string | null;
  milliseconds: number;
}

export interface DeliveryOptions {
  /** Milliseconds to wait after the first, second, … failed attempt; after the last the delivery has failed. */
  retryDelays: number[];
  timeout: number;
  log: (line: string) => void;
}

const attemptsKept = 5_000;
const lostOnTheWay: PostResult = { status: null, answer: '', error: 'Lost on the way, as was asked for' };

/**
 * Brings events to webhook endpoints, at least once and in no guaranteed order, like Stripe. Everything but a 2xx
 * within the timeout is a failure and is tried again, with a new timestamp and signature each time.
 */
export class Deliveries {
  private paused = false;
  private disturbance: Disturbance<Delivery> | undefined;
  /** Taken by the disturbance and not sent yet. */
  private readonly underWay = new Set<string>();
  private readonly history: DeliveryAttempt[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private readonly sending = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly closing = new AbortController();

  constructor(
    private readonly account: Account,
    private readonly options: DeliveryOptions,
  ) {}

  publish(event: Stripe.Event): void {
    const deliveries = this.endpointsFor(event).map((endpoint) =>
      this.store.deliveries.put({
        id: newId('delivery'),
        event: event.id,
        endpoint: endpoint.id,
        attempts: 0,
      }),
    );
    this.store.events.update(event.id, { pending_webhooks: deliveries.length });
    for (const delivery of deliveries) this.sendUnlessPaused(delivery.id);
  }

  /** Holds first attempts and retries alike until `resume` or `deliverNow`. */
  pause(): void {
    this.paused = true;
  }

  /** Sends what was held, in the order in which it happened. Also takes up what a restart has interrupted. */
  resume(): void {
    this.paused = false;
    const waiting = this.pending(({ id }) => !this.timers.has(id) && !this.underWay.has(id));
    for (const delivery of waiting) this.sendUnlessPaused(delivery.id);
  }

  /** From now on; what `deliverNow` and `redeliver` send is left alone. */
  disturb(wanted: WebhookDisturbance): void {
    const disturbance: Disturbance<Delivery> = new Disturbance<Delivery>(
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

  /** Sends what is held or waits for a retry, of one event or of one type; resolves when it was answered. */
  async deliverNow(eventIdOrType: string): Promise<DeliveryAttempt[]> {
    const chosen = this.pending(({ event }) => {
      const { id, type } = this.store.events.get(event);
      return id === eventIdOrType || type === eventIdOrType;
    });
    const attempts = await Promise.all(chosen.map((delivery) => this.tracked(this.send(delivery.id))));
    return attempts.filter((attempt) => attempt !== undefined);
  }

  /** Sends an event once more to every endpoint, whatever became of it before: a duplicate with the same id. */
  async redeliver(eventId: string): Promise<DeliveryAttempt[]> {
    const event = this.store.events.get(eventId);
    const again = this.endpointsFor(event).map((endpoint) => this.tracked(this.attempt(event, endpoint, 0)));
    return Promise.all(again);
  }

  attempts(): DeliveryAttempt[] {
    return [...this.history];
  }

  /** Resolves when nothing is being sent. What is held or waits for a retry is not waited for. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  async close(): Promise<void> {
    this.paused = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.closing.abort();
    await this.idle();
  }

  private get store() {
    return this.account.store;
  }

  /** Events of connected accounts go to Connect endpoints only, and the account's own to the others only. */
  private endpointsFor(event: Stripe.Event): Stripe.WebhookEndpoint[] {
    const forConnect = event.account !== undefined;
    return this.store.webhookEndpoints.filter(
      ({ id, status, enabled_events: wanted }) =>
        status === 'enabled' &&
        this.store.endpointSettings.get(id).connect === forConnect &&
        wanted.some((pattern) => matchesType(event.type, pattern)),
    );
  }

  private pending(keep: (delivery: Delivery) => boolean): Delivery[] {
    return this.store.deliveries.filter((delivery) => !this.sending.has(delivery.id) && keep(delivery));
  }

  private sendUnlessPaused(id: string): void {
    this.timers.delete(id);
    if (this.paused) return;
    const { disturbance } = this;
    const delivery = this.store.deliveries.get(id);
    if (disturbance && delivery.attempts === 0) {
      this.underWay.add(id);
      void this.tracked(disturbance.take(delivery));
    } else {
      void this.tracked(this.send(id, disturbance));
    }
  }

  /** What the disturbance lets go. */
  private async transmit(disturbance: Disturbance<Delivery>, { delivery, copy }: Sending<Delivery>): Promise<void> {
    const { id } = delivery;
    if (copy === 0) this.underWay.delete(id);
    if (this.paused) return;
    if (copy === 0) {
      // It may have been sent by hand in the meantime.
      const isFirst = this.store.deliveries.find(id)?.attempts === 0 && !this.sending.has(id);
      if (isFirst) await this.send(id, disturbance);
      return;
    }
    const endpoint = this.store.webhookEndpoints.find(delivery.endpoint);
    if (endpoint?.status !== 'enabled') return;
    await this.attempt(this.store.events.get(delivery.event), endpoint, 0, disturbance.isLost(id, `copy ${copy}`));
  }

  private async send(id: string, disturbance?: Disturbance<Delivery>): Promise<DeliveryAttempt | undefined> {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    const delivery = this.store.deliveries.get(id);
    const endpoint = this.store.webhookEndpoints.find(delivery.endpoint);
    // An endpoint that was disabled or deleted gets nothing more, retries included.
    if (endpoint?.status !== 'enabled') {
      this.store.deliveries.delete(id);
      return undefined;
    }
    this.sending.add(id);
    const attempts = delivery.attempts + 1;
    const lost = disturbance?.isLost(id, `attempt ${attempts}`) ?? false;
    const result = await this.attempt(this.store.events.get(delivery.event), endpoint, attempts, lost);
    this.sending.delete(id);
    this.settle({ ...delivery, attempts }, isSuccess(result), lost && disturbance?.retriesWhatWasLost === false);
    return result;
  }

  private settle(delivery: Delivery, delivered: boolean, givenUp: boolean): void {
    if (this.closing.signal.aborted) return;
    if (delivered) {
      const { pending_webhooks: open } = this.store.events.get(delivery.event);
      this.store.events.update(delivery.event, { pending_webhooks: Math.max(0, open - 1) });
    }
    const delay = this.options.retryDelays[delivery.attempts - 1];
    if (delivered || givenUp || delay === undefined) {
      this.store.deliveries.delete(delivery.id);
      return;
    }
    this.store.deliveries.put(delivery);
    const timer = setTimeout(() => this.sendUnlessPaused(delivery.id), delay);
    this.timers.set(delivery.id, timer.unref());
  }

  /** What `idle` waits for. */
  private tracked<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    return work.finally(() => this.running.delete(work));
  }

  private async attempt(
    event: Stripe.Event,
    endpoint: Stripe.WebhookEndpoint,
    attempt: number,
    lost = false,
  ): Promise<DeliveryAttempt> {
    // The endpoint's version decides what is sent, whatever the receiver's SDK is made for.
    const body = webhookBody({ ...event, api_version: endpoint.api_version ?? event.api_version });
    const at = this.account.time();
    const { secrets } = this.store.endpointSettings.get(endpoint.id);
    const signature = signatureHeader(body, secrets, Math.floor(at.getTime() / 1000));
    const headers = { ...webhookHeaders, 'stripe-signature': signature };
    const bytes = Buffer.from(body, 'utf8');
    const started = performance.now();
    const { timeout } = this.options;
    const result = lost
      ? lostOnTheWay
      : await post(endpoint.url, headers, bytes, { timeout, signal: this.closing.signal });
    const milliseconds = Math.round(performance.now() - started);
    const known = { eventId: event.id, eventType: event.type, endpointId: endpoint.id, url: endpoint.url };
    const done: DeliveryAttempt = { ...known, attempt, at, headers, body: bytes, milliseconds, ...result };
    this.history.push(done);
    if (this.history.length > attemptsKept) this.history.shift();
    this.options.log(`webhook ${event.type} to ${endpoint.url}: ${result.status ?? result.error}`);
    return done;
  }
}

function isSuccess({ status }: DeliveryAttempt): boolean {
  return status !== null && status >= 200 && status < 300;
}
