import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { MethodKeepers } from '../ports/method-keeper.js';
import { ProviderFailure } from '../ports/payment-strategy.js';
import { gatewayError } from '../resilience/gateway-error.js';
import { type MethodRow, OwnMethods } from './own-methods.js';

/** Takes a saved way to pay away: at the provider first, so that nobody can charge what is no longer shown. */
@Injectable()
export class RemoveMethod {
  constructor(
    private readonly database: Database,
    private readonly own: OwnMethods,
    private readonly keepers: MethodKeepers,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws not found for a method that is not one's own
   * @throws Problems.gateway when the provider cannot be asked; then nothing has changed
   */
  async execute(id: string, { userId }: Principal): Promise<void> {
    const method = await this.own.find(id, userId);
    try {
      await this.keepers.of(method.provider).remove(method.externalId);
    } catch (error) {
      throw error instanceof ProviderFailure ? gatewayError(error) : error;
    }
    await this.forget(method);
  }

  /** The provider has forgotten it. The newest of the others becomes the default in its place. */
  @Transactional()
  async forget({ id, userId }: MethodRow): Promise<void> {
    await this.own.lock(userId);
    await this.database.client.paymentMethod.updateMany({
      where: { id, removedAt: null },
      data: { removedAt: this.clock.now(), isDefault: false },
    });
    if (await this.own.hasDefault(userId)) return;
    const next = await this.database.client.paymentMethod.findFirst({
      where: { userId, removedAt: null },
      orderBy: { id: 'desc' },
      select: { id: true },
    });
    if (next) await this.database.client.paymentMethod.update({ where: next, data: { isDefault: true } });
  }
}
