import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Transactional } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import type { KeptMethod } from '../ports/method-keeper.js';
import { type MethodRow, OwnMethods } from './own-methods.js';

/** Records what a provider keeps for a person, once, whoever hears of it first. The first one becomes the default. */
@Injectable()
export class KeepMethod {
  constructor(
    private readonly database: Database,
    private readonly own: OwnMethods,
    private readonly clock: Clock,
  ) {}

  /** @returns the row, which may be removed: what a provider has once forgotten does not come back under its id */
  @Transactional()
  async execute(userId: string, provider: PaymentProvider, method: KeptMethod): Promise<MethodRow> {
    await this.own.lock(userId);
    return this.record(userId, provider, method, { isDefault: !(await this.own.hasDefault(userId)) });
  }

  /** For one whose removal is heard of before its coming, so that its coming does not bring it back. */
  async removed(userId: string, provider: PaymentProvider, method: KeptMethod): Promise<void> {
    await this.record(userId, provider, method, { removedAt: this.clock.now() });
  }

  private async record(
    userId: string,
    provider: PaymentProvider,
    method: KeptMethod,
    state: { isDefault?: boolean; removedAt?: Date },
  ): Promise<MethodRow> {
    const { externalId } = method;
    await this.database.client.paymentMethod.createMany({
      data: { id: newId('paymentMethod'), userId, provider, ...method, ...state, createdAt: this.clock.now() },
      skipDuplicates: true,
    });
    return this.database.client.paymentMethod.findUniqueOrThrow({
      where: { provider_externalId: { provider, externalId } },
    });
  }
}
