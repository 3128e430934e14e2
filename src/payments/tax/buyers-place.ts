import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { isoCode } from './calculate-tax.js';

interface Place {
  readonly country?: string;
  readonly region?: string;
}

/** Where a buyer is, for the tax on what they buy. */
@Injectable()
export class BuyersPlace {
  constructor(private readonly database: Database) {}

  /** A provider's evidence of an earlier payment outweighs what the request says; a region counts only within the country it was said of. */
  async of(userId: string, said: Place): Promise<Place> {
    const evidence = await this.database.client.payment.findFirst({
      where: { userId, buyerCountry: { not: null } },
      orderBy: { id: 'desc' },
      select: { buyerCountry: true },
    });
    const named = said.country && isoCode(said.country);
    const country = evidence?.buyerCountry ?? named;
    return { country, region: country === named ? said.region : undefined };
  }
}
