import { Injectable, Logger, type RawBodyRequest } from '@nestjs/common';
import type { Request } from 'express';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { Sweeps } from '../../platform/jobs/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { INBOX_SWEEP } from './process-inbox.js';

/** Who sends rubbish does not fill the log with it. */
const WARN_EVERY_MS = 60_000;

/** Proves where a webhook comes from and makes it durably ours. Acting on it comes after the answer. */
@Injectable()
export class ReceiveWebhook {
  private readonly logger = new Logger(ReceiveWebhook.name);
  /** When the last warning about a provider was written, and how many were left out since. */
  private readonly warned = new Map<PaymentProvider, { readonly at: number; unsaid: number }>();

  constructor(
    private readonly strategies: PaymentStrategies,
    private readonly database: Database,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  /** @throws PaymentProblems.signature */
  async execute(provider: PaymentProvider, request: RawBodyRequest<Request>, token?: string): Promise<void> {
    const event = await this.verified(provider, request, token);
    if (!event) {
      this.warn(provider);
      throw new DomainError(PaymentProblems.signature);
    }
    const now = this.clock.now();
    // A repetition is told by the provider's own id and changes nothing. It is looked for first: an insert alone would wait for whoever
    // acts on the first one, and the answer with it.
    const { externalId, type, body, about = null } = event;
    const stored = await this.database.execute(Prisma.sql`
      INSERT INTO provider_events (id, provider, external_id, type, body, about, received_at, available_at)
      SELECT ${newId('providerEvent')}, ${provider}::payment_provider, ${externalId}, ${type}, ${body}, ${about}, ${now}, ${now}
      WHERE NOT EXISTS (
        SELECT 1 FROM provider_events WHERE provider = ${provider}::payment_provider AND external_id = ${externalId}
      )
      ON CONFLICT DO NOTHING`);
    if (stored > 0) this.sweeps.wake(INBOX_SWEEP);
  }

  /** A provider that we do not take money through has nothing to tell us. */
  private verified(
    provider: PaymentProvider,
    { rawBody, headers, query, ip }: RawBodyRequest<Request>,
    token?: string,
  ) {
    if (!rawBody || !this.strategies.offered.includes(provider)) return undefined;
    return this.strategies.provider(provider).verify({ rawBody, headers, query, token, ip });
  }

  /** A stranger's, or the provider's own, when our secret or our clock is wrong: then nothing else tells. */
  private warn(provider: PaymentProvider): void {
    const at = this.clock.now().getTime();
    const last = this.warned.get(provider);
    if (last && at - last.at < WARN_EVERY_MS) {
      last.unsaid += 1;
      return;
    }
    this.warned.set(provider, { at, unsaid: 0 });
    this.logger.warn({ provider, unsaid: last?.unsaid ?? 0 }, 'a webhook does not prove where it comes from');
  }
}
