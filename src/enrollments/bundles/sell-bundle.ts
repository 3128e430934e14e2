import { Injectable, type OnModuleInit } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import {
  type Fulfilment,
  type PaidSession,
  PaymentProblems,
  type Purchasable,
  Purchasables,
  type Quote,
  type SoldItem,
} from '../../payments/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { MoveBoughtPlace } from '../move-bought-place.js';
import { priceIn } from '../price-in.js';
import { CoursePlaces, hasRoom, isByPlan, isOwned, roomAt } from '../waitlist/course-places.js';
import { FindBundleOnSale } from './find-bundle.js';
import { GiveBundle, type Part } from './give-bundle.js';
import { weigh } from './weigh-courses.js';

/** Bundles and learning paths as something to buy: all of their courses, or those that the buyer lacks for their part of the price. */
@Injectable()
export class SellBundle implements Purchasable, OnModuleInit {
  readonly kind = 'bundle';

  constructor(
    private readonly findBundle: FindBundleOnSale,
    private readonly giveBundle: GiveBundle,
    private readonly places: CoursePlaces,
    private readonly place: MoveBoughtPlace,
    private readonly purchasables: Purchasables,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.purchasables.register(this);
  }

  async quote(bundleId: string, buyer: Principal, currency?: string): Promise<Quote> {
    const { title, prices, courses } = await this.findBundle.execute(bundleId);
    const price = priceIn(prices, currency);
    const weights = weigh(courses, [price.currency, ...prices.slice(0, 1).map((one) => one.currency)]);
    const lacking = await this.lacking(
      courses.map(({ id }) => id),
      buyer,
    );
    const payees = courses.flatMap(({ id, instructorId: userId, shareBasisPoints }, index) =>
      lacking.has(id) ? [{ userId, shareBasisPoints, weight: weights[index] ?? 0, itemId: id }] : [],
    );
    return {
      title,
      price: price.times(sum(payees.map(({ weight }) => weight)), sum(weights)),
      income: accounts.revenue('courses'),
      isSale: true,
      payees,
    };
  }

  /** @throws PaymentProblems alreadyEnrolled, when there is none; full */
  private async lacking(courseIds: readonly string[], { userId }: Principal): Promise<ReadonlySet<string>> {
    const lacking = (await this.places.standings(userId, courseIds)).filter((standing) => !isOwned(standing));
    if (lacking.length === 0)
      throw new DomainError(PaymentProblems.alreadyEnrolled, 'You have every course of it already');
    const now = this.clock.now();
    const full = lacking.find((standing) => !isByPlan(standing) && !roomAt(now, standing));
    if (full) throw new DomainError(PaymentProblems.full, `There is no place left in “${full.title}”`);
    return new Set(lacking.map(({ courseId }) => courseId));
  }

  /** All or nothing of what was quoted and is lacking still, whatever the bundle is by now. */
  async fulfil(session: PaidSession): Promise<Fulfilment> {
    const { userId, payees } = session;
    const quoted = payees.flatMap<Part>(({ itemId, weight }) => (itemId ? [{ courseId: itemId, weight }] : []));
    const standings = await this.places.lockedStandings(
      userId,
      quoted.map(({ courseId }) => courseId),
    );
    const lacking = standings.filter((standing) => !isOwned(standing));
    if (!lacking.every((standing) => isByPlan(standing) || hasRoom(standing)))
      return { fulfilled: false, reason: PaymentProblems.full };
    const parts = lacking.flatMap(({ courseId }) => quoted.filter((part) => part.courseId === courseId));
    const given = await this.giveBundle.execute(session, parts);
    return given > 0 ? { fulfilled: true } : { fulfilled: false, reason: PaymentProblems.alreadyEnrolled };
  }

  suspend(sold: SoldItem): Promise<void> {
    return this.place.suspend(sold);
  }

  restore(sold: SoldItem): Promise<void> {
    return this.place.restore(sold);
  }

  revoke(sold: SoldItem): Promise<void> {
    return this.place.revoke(sold);
  }
}

function sum(weights: readonly number[]): bigint {
  return weights.reduce((all, weight) => all + BigInt(weight), 0n);
}
