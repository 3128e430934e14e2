import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import {
  ProviderFailure,
  type SubscriptionBiller,
  SubscriptionBillers,
  SubscriptionReported,
} from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Prisma } from '../../platform/database/index.js';
import { InTransaction } from '../../platform/events/index.js';
import { type Due, DueRows, dueRows, pausesOf, Sweep, Sweeps } from '../../platform/jobs/index.js';
import { ApplyReading } from './apply-reading.js';
import { GiveUnbegunBack } from './give-unbegun-back.js';
import { KeepStray } from './keep-stray.js';
import type { SubscriptionRow } from './standing.js';
import { hasEnded } from './subscription-states.js';

const NAME = 'subscriptions.look';
const ROWS = { name: 'subscriptions', dueAt: 'next_look_at' };
const BATCH = 10;
/** Of a request that wants to know. */
const ATTEMPTS = 5;
const PAUSE = { first: 5, longest: 3600 };
/** Far longer than a call with all its tries: what the provider has not heard of by then it never will. */
const UNHEARD_SECONDS = 180;

/**
 * Reads subscriptions where they are billed, whenever their provider tells of a change and whenever something is due to happen. What a webhook
 * says is never believed for itself: so they may come in any order, twice, late or not at all.
 */
@Injectable()
export class LookAtSubscriptions {
  private readonly logger = new Logger(LookAtSubscriptions.name);
  private readonly due: DueRows;

  constructor(
    private readonly database: Database,
    private readonly billers: SubscriptionBillers,
    private readonly applyReading: ApplyReading,
    private readonly keepStray: KeepStray,
    private readonly giveUnbegunBack: GiveUnbegunBack,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {
    this.due = new DueRows(database, clock, {
      ...ROWS,
      tries: 'tries',
      batch: BATCH,
      again: pausesOf('tries', PAUSE.first, PAUSE.longest),
    });
  }

  @InTransaction(SubscriptionReported)
  async hear(report: SubscriptionReported): Promise<void> {
    if ((await this.isKnown(report)) || (await this.keepStray.execute(report))) this.wakeAfterCommit();
  }

  @Sweep(NAME, 2_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.due.work(async (row) => {
      await this.look(row);
    });
  }

  /** In the caller's transaction, or in none. */
  async soon(id: string): Promise<void> {
    await this.database.client.subscription.updateMany({
      where: { id },
      data: { nextLookAt: this.clock.now(), tries: 0 },
    });
    this.wakeAfterCommit();
  }

  /**
   * At once, for a request that wants to know. What the provider tells meanwhile, or another look, takes the claim: then it is looked again.
   * @throws ProviderFailure
   */
  async now(id: string): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await this.database.client.subscription.updateMany({
        where: { id },
        data: { nextLookAt: this.clock.now(), tries: 0 },
      });
      const [row] = await this.due.claim(id);
      if (row && (await this.look(row))) return;
      await sleep(50 * 2 ** attempt);
    }
  }

  /** The same, for what has been done at the provider: when it cannot be read now the sweep will. */
  async try(id: string): Promise<void> {
    try {
      await this.now(id);
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      this.logger.warn({ err: error, id }, 'a subscription could not be read; it is tried again');
    }
  }

  private async isKnown({ provider, externalId }: SubscriptionReported): Promise<boolean> {
    if (externalId === null) return false;
    const { count } = await this.database.client.subscription.updateMany({
      where: { provider, externalId },
      data: { nextLookAt: this.clock.now(), tries: 0 },
    });
    return count > 0;
  }

  private wakeAfterCommit(): void {
    afterCommit(() => this.sweeps.wake(NAME));
  }

  /** @returns false when somebody else looks by now */
  private async look(due: Due): Promise<boolean> {
    const held = this.due.held(due);
    const row = await this.database.client.subscription.findUniqueOrThrow({ where: { id: due.id } });
    const biller = this.billers.find(row.provider);
    if (!biller) throw new Error(`nobody bills subscriptions by ${row.provider}`);
    const externalId = row.externalId ?? (await biller.find(orderOf(row)));
    const followed = externalId === undefined ? undefined : await this.follow(biller, externalId, row, held);
    if (followed !== undefined) return followed;
    if (row.status === 'INCOMPLETE') return this.wait(biller, row, held);
    if (externalId !== undefined) throw new Error(`${row.provider} does not know its subscription ${externalId}`);
    return this.rest(held);
  }

  /** @returns whether the claim was held; undefined when the provider says that there is none */
  private async follow(
    biller: SubscriptionBiller,
    externalId: string,
    row: SubscriptionRow,
    held: Prisma.Sql,
  ): Promise<boolean | undefined> {
    let reading = await biller.read(externalId);
    if (!reading) return undefined;
    const unwanted = hasEnded(row.status) || row.ending;
    if (unwanted && reading.status !== 'CANCELED') {
      this.logger.warn({ id: row.id, externalId, status: row.status }, 'a subscription is ended at its provider');
      await biller.cancelNow(externalId);
      reading = (await biller.read(externalId)) ?? reading;
    }
    const isOurs = await this.applyReading.execute(held, reading);
    if (!isOurs || !hasEnded(row.status)) return isOurs;
    // Somebody paid for what had ended before it began.
    if (row.periodStart === null) await this.giveUnbegunBack.execute(row.id);
    return this.rest(held);
  }

  /** Its page is open, or the answer to its beginning was lost; when its time is over it is ended, at the provider first. */
  private async wait(biller: SubscriptionBiller, row: SubscriptionRow, held: Prisma.Sql): Promise<boolean> {
    const now = this.clock.now();
    const unheard = row.reference === null && row.createdAt <= this.clock.in(-UNHEARD_SECONDS);
    if (row.expiresAt > now && !unheard) {
      await this.database.execute(Prisma.sql`
        UPDATE subscriptions SET next_look_at = least(next_look_at, expires_at) WHERE ${held}`);
      return true;
    }
    if (row.reference !== null) {
      await biller.abandon(row.reference);
      // It may have been through already.
      const externalId = await biller.find(orderOf(row));
      const followed = externalId === undefined ? undefined : await this.follow(biller, externalId, row, held);
      if (followed !== undefined) return followed;
    }
    const ended = await this.database.execute(Prisma.sql`
      UPDATE subscriptions SET status = 'EXPIRED', ended_at = ${now}, updated_at = ${now}, redirect_url = NULL, next_look_at = NULL, tries = 0
      WHERE ${held} AND status = 'INCOMPLETE'`);
    return ended > 0;
  }

  private async rest(held: Prisma.Sql): Promise<boolean> {
    const rested = Prisma.sql`UPDATE subscriptions SET next_look_at = NULL, tries = 0 WHERE ${held}`;
    return (await this.database.execute(rested)) > 0;
  }
}

function orderOf({ id: subscriptionId, userId, reference }: SubscriptionRow) {
  return { subscriptionId, userId, reference };
}
