import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { CreateSession, type NewSession } from './create-session.js';

/** Buys with a card that the buyer has saved: off the provider's page, unless the bank wants to see the buyer there. */
@Injectable()
export class ProcessPayment {
  constructor(
    private readonly database: Database,
    private readonly createSession: CreateSession,
  ) {}

  /**
   * @param methodId the default one unless told
   * @returns the session's id
   * @throws not found for a method that is not the buyer's, or when there is no default
   */
  async execute(request: NewSession, methodId: string | undefined, principal: Principal): Promise<string> {
    const method = await this.database.client.paymentMethod.findFirst({
      where: { userId: principal.userId, removedAt: null, ...(methodId ? { id: methodId } : { isDefault: true }) },
      select: { id: true, provider: true },
    });
    if (!method) throw notFound('Payment method');
    return this.createSession.execute({ ...request, provider: method.provider, methodId: method.id }, principal);
  }
}
