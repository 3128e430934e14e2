import { Injectable, Logger } from '@nestjs/common';
import { Problems } from '../../platform/errors/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { EndWaiting } from './end-waiting.js';
import { PromoteEntry } from './promote-entry.js';
import {
  type Promotion,
  PromotionMoved,
  promotionsOrWaiting,
  PromotionsRepository,
  type Waiting,
} from './promotions.repository.js';
import { WAITLIST_SWEEP } from './queue-promotion.js';

/** How often a promotion that fails at one entry stops there. Nobody else may book meanwhile, so it then passes that one over. */
const PATIENCE = 4;

/**
 * Offers the free seats of a session to those who wait, first come, first served, until the line or the seats are through. Resumable: each
 * step is a transaction of its own, and who has a seat no longer waits.
 */
@Injectable()
export class PromoteWaiting {
  private readonly logger = new Logger(PromoteWaiting.name);

  constructor(
    private readonly promotions: PromotionsRepository,
    private readonly promoteEntry: PromoteEntry,
    private readonly endWaiting: EndWaiting,
  ) {}

  @Sweep(WAITLIST_SWEEP, 1_000, promotionsOrWaiting)
  async run(): Promise<number> {
    const ended = await this.endWaiting.execute();
    const claimed = await this.promotions.claim();
    await Promise.all(claimed.map((promotion) => this.promote(promotion)));
    return ended + claimed.length;
  }

  private async promote(promotion: Promotion): Promise<void> {
    try {
      await this.walk(promotion);
      // Before the seats are anybody's again: who waited until the window began does so no longer.
      await this.endWaiting.ofSession(promotion.id);
      await this.promotions.remove(promotion);
    } catch (error) {
      if (error instanceof PromotionMoved) return;
      this.logger.error({ err: error, session: promotion.id }, 'a promotion stopped; it will be resumed');
      await this.promotions.postpone(promotion, error);
    }
  }

  /** Everybody in the line at most once. */
  private async walk(promotion: Promotion): Promise<void> {
    let entry = await this.promotions.next(promotion.id, '');
    while (entry && (await this.offer(entry, promotion))) entry = await this.promotions.next(promotion.id, entry.id);
  }

  private async offer(entry: Waiting, promotion: Promotion): Promise<boolean> {
    try {
      return await this.promoteEntry.execute(entry, promotion);
    } catch (error) {
      if (error instanceof PromotionMoved || promotion.tries < PATIENCE) throw error;
      this.logger.error(
        { err: error, entry: entry.id },
        'somebody who waits could not be promoted, and was passed over',
      );
      await this.promoteEntry.skip(entry, promotion, Problems.internal, false);
      return true;
    }
  }
}
