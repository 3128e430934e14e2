import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import type { RenewLicenseDto } from './licenses.dto.js';
import { MoveLicense } from './move-license.js';
import { OfferTerm } from './offer-term.js';
import { whyNotPaid } from './term-span.js';

/** Offers a licence for another time: it runs on once that is paid. What was to be paid before is to be paid no more. */
@Injectable()
export class RenewLicense {
  constructor(
    private readonly database: Database,
    private readonly moveLicense: MoveLicense,
    private readonly offerTerm: OfferTerm,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the licence's row with who pays for it.
   * @throws not found; LicensingProblems notNow, seatsInUse, termOver; what `PriceTerm` does
   */
  @Transactional()
  async execute(id: string, { from = 'EXPIRY', ...wish }: RenewLicenseDto, { userId }: Principal): Promise<void> {
    const license = await this.moveLicense.lock(id, 'renew');
    const { months, price } = wish;
    const seats = wish.seats ?? license.seats;
    const refusal = whyNotPaid(license, { start: from, months, seats }, this.clock.now());
    if (refusal) throw refusal;
    const currency = wish.currency ?? (await this.lastCurrency(id));
    await this.offerTerm.execute(id, from, { tier: license.tier, seats, months, currency, price }, userId);
    await this.audit.execute({
      ...{ actorId: userId, action: 'license.renewed', objectType: 'license', objectId: id },
      after: { from, seats, months, currency, price },
    });
  }

  private async lastCurrency(licenseId: string): Promise<string> {
    const { currency } = await this.database.client.licenseTerm.findFirstOrThrow({
      where: { licenseId },
      orderBy: { id: 'desc' },
      select: { currency: true },
    });
    return currency;
  }
}
