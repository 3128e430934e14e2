import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import type { Coupon } from '../coupon.js';

/** Finds a coupon to change, and locks it: edits contend on its row with each other and with whoever takes or returns a use. */
@Injectable()
export class LockCoupon {
  constructor(private readonly database: Database) {}

  /** @throws not found */
  async execute(id: string): Promise<Coupon> {
    const locked = await this.database.row(Prisma.sql`SELECT id FROM coupons WHERE id = ${id} FOR UPDATE`);
    if (!locked) throw notFound('Coupon');
    return this.database.client.coupon.findUniqueOrThrow({ where: { id } });
  }
}
