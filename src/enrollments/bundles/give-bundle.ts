import { Injectable } from '@nestjs/common';
import type { PaidSession } from '../../payments/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import { Enroll } from '../enroll.js';

/** A course of a bundle, and what it weighs in it. */
export interface Part {
  readonly courseId: string;
  readonly weight: number;
}

interface Place {
  readonly id: string;
  readonly weight: bigint;
}

/** Gives the courses of a paid bundle, in the payment's transaction. */
@Injectable()
export class GiveBundle {
  constructor(
    private readonly database: Database,
    private readonly enroll: Enroll,
  ) {}

  /**
   * Contends, as any enrollment, on (user, course), and in the order given: that of the courses' ids, so that two bundles of one buyer do not
   * wait for each other. One that the buyer got by another purchase in this moment is passed over.
   * @returns how many were given
   */
  async execute(session: PaidSession, parts: readonly Part[]): Promise<number> {
    const { id, userId, itemId, paid } = session;
    const { kind } = await this.database.client.bundle.findUniqueOrThrow({
      where: { id: itemId },
      select: { kind: true },
    });
    const nothing = Money.zero(paid.currency);
    const terms = { userId, type: 'PAID', source: kind, paymentSessionId: id } as const;
    const places: Place[] = [];
    for (const { courseId, weight } of parts) {
      const amounts = { listPrice: nothing, discount: nothing, paid: nothing };
      const place = { ...terms, courseId, ...amounts };
      const placeId = (await this.enroll.execute(place)) ?? (await this.enroll.keep(place));
      if (placeId) places.push({ id: placeId, weight: BigInt(weight) });
    }
    if (places.length > 0) await this.share(session, places);
    return places.length;
  }

  /** What was paid, over the places that there are for it, without losing a unit: only once they are had is it known which they are. */
  private async share({ listPrice, discount, paid }: PaidSession, places: readonly Place[]): Promise<void> {
    const weights = places.map(({ weight }) => weight);
    const parts = (money: Money) => money.split(weights).map(({ minor }) => minor);
    await this.database.execute(Prisma.sql`
      UPDATE enrollments e SET amount = part.amount, amount_paid = part.paid, discount_applied = part.discount
      FROM unnest(${places.map(({ id }) => id)}::text[], ${parts(listPrice)}::bigint[], ${parts(paid)}::bigint[], ${parts(discount)}::bigint[])
        AS part (id, amount, paid, discount)
      WHERE e.id = part.id`);
  }
}
