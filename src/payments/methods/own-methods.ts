import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';

export type MethodRow = Prisma.PaymentMethodGetPayload<object>;

/** A person's saved ways to pay, and the order in which changes to them happen. */
@Injectable()
export class OwnMethods {
  constructor(private readonly database: Database) {}

  /** @throws not found for somebody else's, and for one that was removed */
  async find(id: string, userId: string): Promise<MethodRow> {
    const method = await this.database.client.paymentMethod.findFirst({ where: { id, userId, removedAt: null } });
    if (!method) throw notFound('Payment method');
    return method;
  }

  /** Which of them is the default is decided by one change at a time: contends on the person's row, as there may be no method yet. */
  async lock(userId: string): Promise<void> {
    await this.database.rows(Prisma.sql`SELECT id FROM users WHERE id = ${userId} FOR NO KEY UPDATE`);
  }

  /** To be called with the lock held. */
  async hasDefault(userId: string): Promise<boolean> {
    const found = await this.database.client.paymentMethod.findFirst({
      where: { userId, isDefault: true, removedAt: null },
      select: { id: true },
    });
    return found !== null;
  }
}
