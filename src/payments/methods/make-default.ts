import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { type MethodRow, OwnMethods } from './own-methods.js';

/** Chooses the way to pay that is used when none is named. */
@Injectable()
export class MakeDefault {
  constructor(
    private readonly database: Database,
    private readonly own: OwnMethods,
  ) {}

  /** @throws not found for a method that is not one's own */
  @Transactional()
  async execute(id: string, { userId }: Principal): Promise<MethodRow> {
    await this.own.lock(userId);
    await this.own.find(id, userId);
    await this.database.client.paymentMethod.updateMany({
      where: { userId, isDefault: true, id: { not: id } },
      data: { isDefault: false },
    });
    return this.database.client.paymentMethod.update({ where: { id }, data: { isDefault: true } });
  }
}
