import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type LicenseTermStart } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { PriceTerm, type TermWish } from './price-term.js';

/** Puts up a time that a licence is sold for, to be paid; in the place of what was to be paid before. */
@Injectable()
export class OfferTerm {
  constructor(
    private readonly database: Database,
    private readonly priceTerm: PriceTerm,
    private readonly clock: Clock,
  ) {}

  /** In the caller's transaction, which holds the licence. @throws what `PriceTerm` does */
  async execute(licenseId: string, start: LicenseTermStart, wish: TermWish, createdBy: string): Promise<void> {
    const price = this.priceTerm.execute(wish);
    const now = this.clock.now();
    await this.withdraw(licenseId);
    await this.database.client.licenseTerm.create({
      data: {
        ...{ id: newId('licenseTerm'), licenseId, start, months: wish.months, seats: wish.seats },
        ...{ price: price.minor, currency: price.currency, createdBy, createdAt: now, updatedAt: now },
      },
    });
  }

  /** Nothing is to be paid any more. */
  async withdraw(licenseId: string): Promise<void> {
    await this.database.client.licenseTerm.updateMany({
      where: { licenseId, status: 'OPEN' },
      data: { status: 'WITHDRAWN', updatedAt: this.clock.now() },
    });
  }
}
