import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, isUniqueViolation, type Prisma } from '../../platform/database/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { Housekeep } from '../../platform/jobs/index.js';
import { ReturnAddresses } from '../checkout/return-addresses.js';
import { MethodKeepers } from '../ports/method-keeper.js';
import { ProviderFailure } from '../ports/payment-strategy.js';
import { gatewayError } from '../resilience/gateway-error.js';

/** How long a webhook may take before a job asks. */
const FIRST_CHECK_SECONDS = 600;
const KEEP_DAYS = 30;

export type SetupRow = Prisma.MethodSetupGetPayload<object>;

interface NewSetup {
  readonly returnUrl?: string;
  readonly cancelUrl?: string;
}

/** Begins to save a way to pay on the provider's page. A request resumed under its Idempotency-Key goes on with what it had begun. */
@Injectable()
export class BeginSetup {
  constructor(
    private readonly database: Database,
    private readonly keepers: MethodKeepers,
    private readonly returnAddresses: ReturnAddresses,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws PaymentProblems.returnUrl
   * @throws Problems.gateway when the provider refuses or cannot be reached
   */
  async execute(request: NewSetup, { userId }: Principal): Promise<SetupRow> {
    const addresses = this.returnAddresses.check(request, '/payment/methods');
    const setup = (await this.begun(userId)) ?? (await this.record(userId));
    if (setup.reference !== null) return setup;
    try {
      const started = await this.keepers.of(setup.provider).begin({ setupId: setup.id, userId, ...addresses });
      return await this.database.client.methodSetup.update({
        where: { id: setup.id },
        data: { ...started, concludedAt: null, nextCheckAt: this.clock.in(FIRST_CHECK_SECONDS) },
      });
    } catch (error) {
      throw error instanceof ProviderFailure ? gatewayError(error) : error;
    }
  }

  private async begun(userId: string): Promise<SetupRow | null> {
    const idempotencyKey = currentIdempotencyKey();
    if (idempotencyKey === undefined) return null;
    return this.database.client.methodSetup.findUnique({
      where: { userId_idempotencyKey: { userId, idempotencyKey } },
    });
  }

  private async record(userId: string): Promise<SetupRow> {
    try {
      return await this.database.client.methodSetup.create({
        data: {
          id: newId('methodSetup'),
          userId,
          provider: 'STRIPE',
          idempotencyKey: currentIdempotencyKey() ?? null,
          createdAt: this.clock.now(),
          nextCheckAt: this.clock.in(FIRST_CHECK_SECONDS),
        },
      });
    } catch (error) {
      // The same key was resumed twice at once; the other request's setup is ours too.
      const begun = isUniqueViolation(error) ? await this.begun(userId) : null;
      if (begun) return begun;
      throw error;
    }
  }

  @Housekeep('method-setups')
  async removeOld(): Promise<number> {
    const { count } = await this.database.client.methodSetup.deleteMany({
      where: { concludedAt: { not: null }, createdAt: { lt: this.clock.in(-KEEP_DAYS * 86_400) } },
    });
    return count;
  }
}
