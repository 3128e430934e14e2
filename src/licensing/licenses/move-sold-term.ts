import { Injectable } from '@nestjs/common';
import type { SoldItem } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { MoveLicense } from './move-license.js';
import { PaidTerms } from './paid-terms.js';
import { LICENSE_KIND } from './stream.js';

/**
 * Moves a licence with the money of a term of it. Reads off the terms and their payments how it stands, so that it does not matter in which
 * order their money goes back, is disputed, or comes again. Contends on the licence's row.
 */
@Injectable()
export class MoveSoldTerm {
  constructor(
    private readonly database: Database,
    private readonly moveLicense: MoveLicense,
    private readonly paidTerms: PaidTerms,
    private readonly clock: Clock,
  ) {}

  /** In the payment's transaction, as all three. */
  async suspend({ itemId, sessionId }: SoldItem): Promise<void> {
    const license = await this.moveLicense.lock(itemId);
    await this.moveLicense.execute(license, { disputedBy: license.disputedBy ?? sessionId });
  }

  /** The dispute was won, or the refund failed. */
  restore(sold: SoldItem): Promise<void> {
    return this.move(sold, 'PAID');
  }

  /** All of its money went back. */
  revoke(sold: SoldItem): Promise<void> {
    return this.move(sold, 'RETURNED');
  }

  private async move({ itemId, sessionId }: SoldItem, status: 'PAID' | 'RETURNED'): Promise<void> {
    const license = await this.moveLicense.lock(itemId);
    const { client } = this.database;
    await client.licenseTerm.update({
      where: { paymentSessionId: sessionId },
      data: { status, updatedAt: this.clock.now() },
    });
    const { last, expiresAt } = await this.paidTerms.standing(itemId);
    const isMoved = expiresAt?.getTime() !== license.expiresAt?.getTime();
    await this.moveLicense.execute(license, {
      expiresAt,
      disputedBy: await this.stillDisputed(itemId, sessionId),
      // Nobody loses the seat that they have: until some are taken away, none is given.
      ...(last && { seats: Math.max(last.seats, license.seatsTaken) }),
      ...(isMoved && { noticedDays: null }),
    });
  }

  /** Another of its payments that is disputed. */
  private async stillDisputed(licenseId: string, except: string): Promise<string | null> {
    const disputed = await this.database.client.payment.findFirst({
      where: { session: { itemKind: LICENSE_KIND, itemId: licenseId }, status: 'DISPUTED', sessionId: { not: except } },
      select: { sessionId: true },
    });
    return disputed?.sessionId ?? null;
  }
}
