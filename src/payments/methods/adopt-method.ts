import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { type KeptMethod, MethodKeepers } from '../ports/method-keeper.js';
import { PaymentStrategies, ProviderFailure } from '../ports/payment-strategy.js';
import { gatewayError } from '../resilience/gateway-error.js';
import { KeepMethod } from './keep-method.js';
import { MethodProblems } from './methods.problems.js';
import type { MethodRow } from './own-methods.js';

/** Saves a way to pay that a frontend has set up with the provider by itself; the provider is asked whether it is this person's. */
@Injectable()
export class AdoptMethod {
  constructor(
    private readonly keepers: MethodKeepers,
    private readonly keepMethod: KeepMethod,
    private readonly strategies: PaymentStrategies,
  ) {}

  /**
   * @throws not found for one that is not this person's to keep
   * @throws MethodProblems.notKept when the provider refuses to keep it
   * @throws Problems.gateway when the provider cannot be asked
   */
  async execute(externalId: string, { userId }: Principal): Promise<MethodRow> {
    const kept = await this.ask(userId, externalId);
    const method = kept && (await this.keepMethod.execute(userId, 'STRIPE', kept));
    if (method?.userId !== userId || method.removedAt) throw notFound('Payment method');
    return method;
  }

  private async ask(userId: string, externalId: string): Promise<KeptMethod | undefined> {
    try {
      return await this.keepers.of('STRIPE').adopt(userId, newId('methodSetup'), externalId);
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      if (!error.final) throw gatewayError(error);
      throw new DomainError(MethodProblems.notKept, this.strategies.of('STRIPE').inWords?.(error.code));
    }
  }
}
