import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import type { Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { shownBranding } from '../keys/branding.js';
import { LicenseKeys } from '../keys/license-keys.js';
import { Tiers } from '../tiers/tiers.js';
import { statusOf } from './license-states.js';
import type { LicenseDto, LicenseTermDto } from './licenses.dto.js';
import type { TermRow } from './term-span.js';

/** What a licence is shown with. */
export const shownWithLicense = {
  organization: { select: { id: true, name: true } },
  terms: { orderBy: { id: 'asc' } },
  domains: { where: { removedAt: null }, orderBy: { id: 'asc' }, select: { domain: true } },
} as const satisfies Prisma.LicenseInclude;

type Shown = Prisma.LicenseGetPayload<{ include: typeof shownWithLicense }>;

/** A licence as it stands now. */
@Injectable()
export class ShowLicense {
  constructor(
    private readonly keys: LicenseKeys,
    private readonly tiers: Tiers,
    private readonly clock: Clock,
  ) {}

  async execute(license: Shown): Promise<LicenseDto> {
    const { id, organization, seats, seatsTaken, expiresAt, activatedAt, suspendReason, revokeReason } = license;
    const tier = this.tiers.get(license.tier);
    return {
      ...{ id, organization, tier: { id: tier.id, name: tier.name, features: [...tier.features] } },
      ...{ status: statusOf(license, this.clock.now()), seats, seatsTaken, expiresAt, activatedAt },
      key: expiresAt && (await this.keys.find(license)),
      ...{ isDisputed: license.disputedBy !== null, branding: shownBranding(license, tier) },
      ...{ suspendReason, revokeReason, domains: license.domains.map(({ domain }) => domain) },
      ...{ terms: license.terms.map(toTerm), createdAt: license.createdAt },
    };
  }
}

function toTerm(term: TermRow): LicenseTermDto {
  const { id, status, start, months, seats, price, currency, from, until, paidAt, total, tax } = term;
  const { paymentSessionId, invoiceReference, createdAt } = term;
  return {
    ...{ id, status, start, months, seats, price: toJsonAmount(price), currency, from, until, paidAt },
    ...{ paymentSessionId, invoiceReference, createdAt },
    total: total === null ? null : toJsonAmount(total),
    tax: tax === null ? null : toJsonAmount(tax),
  };
}
