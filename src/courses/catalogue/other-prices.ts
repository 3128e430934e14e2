import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { Price } from './check-prices.js';

/** A course's prices besides the default one, which stands in the course itself. Whoever changes them holds the course's lock. */
@Injectable()
export class OtherPrices {
  constructor(private readonly database: Database) {}

  of(courseId: string): Promise<Price[]> {
    return this.database.client.coursePrice.findMany({
      where: { courseId },
      select: { currency: true, amount: true },
    });
  }

  async add(courseId: string, prices: readonly Price[]): Promise<void> {
    if (prices.length === 0) return;
    await this.database.client.coursePrice.createMany({
      data: prices.map(({ currency, amount }) => ({ courseId, currency, amount })),
    });
  }

  async replace(courseId: string, prices: readonly Price[]): Promise<void> {
    await this.database.client.coursePrice.deleteMany({ where: { courseId } });
    await this.add(courseId, prices);
  }
}
