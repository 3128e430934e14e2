import { setTimeout as sleep } from 'node:timers/promises';
import { chance } from './chance.js';

/** What happens to webhooks on their way, at random and yet the same for the same seed and the same events. */
export interface WebhookDisturbance {
  /** How often each event is sent at first; 2 is once too often. */
  duplicate?: number;
  /** Sends what comes up within a moment in another order, one after the other. */
  shuffle?: boolean;
  /** Waits for so long, from and to, before each first attempt. */
  delayMs?: [from: number, to: number];
  /** The share of the attempts that get lost, from 0 to 1: the endpoint never hears of them. */
  drop?: number;
  /** Whether the provider notices the loss and tries again (usual), or takes the lost for delivered to nobody. */
  dropped?: 'retried' | 'never retried';
  seed?: number;
}

/** One of several times that a delivery goes out; copy 0 is the delivery itself, to which the retries belong. */
export interface Sending<T> {
  delivery: T;
  copy: number;
}

const shuffledWithinMilliseconds = 50;

export class Disturbance<T extends { id: string }> {
  private readonly numbers = new Map<string, number>();
  private batch: Sending<T>[] = [];
  private released: Promise<void> | undefined;

  constructor(
    readonly wanted: WebhookDisturbance,
    private readonly transmit: (sending: Sending<T>) => Promise<unknown>,
    private readonly closing: AbortSignal,
  ) {
    const { duplicate = 1, delayMs: [from, to] = [0, 0], drop = 0 } = wanted;
    const ok = Number.isInteger(duplicate) && duplicate >= 1 && from >= 0 && to >= from && drop >= 0 && drop <= 1;
    if (!ok) throw new Error(`Webhooks cannot be disturbed like that: ${JSON.stringify(wanted)}`);
  }

  get retriesWhatWasLost(): boolean {
    return this.wanted.dropped !== 'never retried';
  }

  /** Takes a first attempt; resolves when it went out as often as it should. */
  async take(delivery: T): Promise<void> {
    this.numberOf(delivery.id);
    const copies = Array.from({ length: this.wanted.duplicate ?? 1 }, (_, copy) => ({ delivery, copy }));
    if (!this.wanted.shuffle) {
      await Promise.all(copies.map((sending) => this.late(sending)));
      return;
    }
    this.batch.push(...copies);
    this.released ??= this.release();
    await this.released;
  }

  isLost(deliveryId: string, attempt: string): boolean {
    return this.roll(deliveryId, 'lost', attempt) < (this.wanted.drop ?? 0);
  }

  private async release(): Promise<void> {
    await this.pause(shuffledWithinMilliseconds);
    const place = ({ delivery, copy }: Sending<T>) => this.roll(delivery.id, 'place', String(copy));
    const shuffled = this.batch.sort((a, b) => place(a) - place(b));
    this.batch = [];
    this.released = undefined;
    for (const sending of shuffled) await this.late(sending);
  }

  private async late(sending: Sending<T>): Promise<void> {
    const [from, to] = this.wanted.delayMs ?? [0, 0];
    await this.pause(from + (to - from) * this.roll(sending.delivery.id, 'late', String(sending.copy)));
    await this.transmit(sending);
  }

  private roll(deliveryId: string, ...question: string[]): number {
    return chance(this.wanted.seed ?? 0, this.numberOf(deliveryId), ...question);
  }

  /** Ids are new every time, so chance goes by the order in which the deliveries came. */
  private numberOf(deliveryId: string): number {
    const number = this.numbers.get(deliveryId) ?? this.numbers.size;
    this.numbers.set(deliveryId, number);
    return number;
  }

  private async pause(milliseconds: number): Promise<void> {
    // Ended early by the closing of the stand-in.
    if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: this.closing }).catch(() => undefined);
  }
}
