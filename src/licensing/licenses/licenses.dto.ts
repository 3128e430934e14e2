import { BrandingDto } from '../keys/branding.dto.js';
import { LicenseStatus, LicenseTermStart, LicenseTermStatus } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Flag,
  IdOf,
  ListOf,
  Moment,
  Nested,
  PageQuery,
  Text,
  Whole,
} from '../../platform/http/index.js';

const words = {
  status:
    '`PENDING` until it is paid for and activated, `ACTIVE`, `SUSPENDED` by an admin or while its money is disputed, `EXPIRED` when what was ' +
    'paid for is over, `REVOKED` for good',
  start:
    '`EXPIRY`: where the licence expires, or has expired; the first term begins when it is paid. `NOW`: when it is paid, and what was left of ' +
    'the time before is given up',
};

/** So many seats for so many months. */
const MOST_SEATS = 1_000_000;
const MOST_MONTHS = 120;
/** Of money: above what the most seats cost for the longest time, and far below what sums of it can be told in. */
const MOST_MONEY = 10_000_000_000_000;

export class CreateLicenseDto {
  @IdOf('organization', { description: 'Who it is for' })
  organizationId: string;

  @Text({ description: 'The tier, such as `BUSINESS`', max: 40 })
  tier: string;

  @Whole({ description: "Seats; no more than the tier's `mostSeats`", min: 1, max: MOST_SEATS })
  seats: number;

  @Whole({ description: 'For how many months, from when it is paid', min: 1, max: MOST_MONTHS })
  months: number;

  @Currency({ description: 'One that the tier is sold in' })
  currency: string;

  @Amount({
    description: "What was agreed for all of it, minor units, in place of seats × months × the tier's price",
    optional: true,
    min: 1,
    max: MOST_MONEY,
  })
  price?: number;
}

export class RenewLicenseDto {
  @Whole({ description: 'For how many months', min: 1, max: MOST_MONTHS })
  months: number;

  @Choice(LicenseTermStart, { description: `${words.start}. \`EXPIRY\` unless told`, optional: true })
  from?: LicenseTermStart;

  @Whole({ description: 'Seats; as many as it has unless told', optional: true, min: 1, max: MOST_SEATS })
  seats?: number;

  @Currency({ description: 'One that the tier is sold in; that of the term before unless told', optional: true })
  currency?: string;

  @Amount({
    description: "What was agreed for all of it, minor units, in place of seats × months × the tier's price",
    optional: true,
    min: 1,
    max: MOST_MONEY,
  })
  price?: number;
}

export class MarkPaidDto {
  @Text({ description: 'By what the invoice, or the money at the bank, is found again', max: 100 })
  reference: string;

  @Amount({
    description:
      "What came, with tax, minor units; the term's price and its tax unless told. Tax is in it in the same proportion",
    optional: true,
    min: 1,
    max: MOST_MONEY,
  })
  total?: number;
}

export class WhyDto {
  @Text({ description: 'Why; kept with the licence', max: 500 })
  reason: string;
}

export class LicensesQuery extends PageQuery {
  @IdOf('organization', { description: 'Only those of this organization', optional: true })
  organizationId?: string;

  @Choice(LicenseStatus, { description: `Only those that stand so now. ${words.status}`, optional: true })
  status?: LicenseStatus;
}

class LicensedOrganizationDto {
  @IdOf('organization', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;
}

class LicensedTierDto {
  @Text({ description: 'Id, such as `BUSINESS`', max: 40 })
  id: string;

  @Text({ description: 'Name' })
  name: string;

  @Text({ description: 'What it allows', isArray: true })
  features: string[];
}

export class LicenseTermDto {
  @IdOf('licenseTerm', { description: 'Id' })
  id: string;

  @Choice(LicenseTermStatus, {
    description:
      '`OPEN`: to be paid. `PAID`. `RETURNED`: all of its money went back. `WITHDRAWN`: another took its place before it was paid, or the ' +
      'licence was revoked',
  })
  status: LicenseTermStatus;

  @Choice(LicenseTermStart, { description: words.start })
  start: LicenseTermStart;

  @Whole({ description: 'Months' })
  months: number;

  @Whole({ description: 'Seats' })
  seats: number;

  @Amount({ description: 'For all of it, minor units; tax is added to it, or in it where prices are inclusive' })
  price: number;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Moment({ description: 'From when; null until it is paid', nullable: true })
  from: Date | null;

  @Moment({ description: 'Until when; null until it is paid', nullable: true })
  until: Date | null;

  @Moment({ description: 'When it was paid', nullable: true })
  paidAt: Date | null;

  @IdOf('paymentSession', { description: 'The payment session that paid for it', nullable: true })
  paymentSessionId: string | null;

  @Text({ description: 'By what the invoice is found that paid for it', nullable: true })
  invoiceReference: string | null;

  @Amount({ description: 'What came for the invoice, with tax, minor units', nullable: true })
  total: number | null;

  @Amount({ description: 'The tax in that, minor units', nullable: true })
  tax: number | null;

  @Moment({ description: 'Offered' })
  createdAt: Date;
}

export class LicenseDto {
  @IdOf('license', { description: 'Id' })
  id: string;

  @Nested(() => LicensedOrganizationDto, { description: 'Whose it is' })
  organization: LicensedOrganizationDto;

  @Nested(() => LicensedTierDto, { description: 'What it is sold as' })
  tier: LicensedTierDto;

  @Choice(LicenseStatus, { description: words.status })
  status: LicenseStatus;

  @Whole({ description: 'Seats' })
  seats: number;

  @Whole({ description: 'Seats that are assigned or offered' })
  seatsTaken: number;

  @Moment({ description: 'Until when it is paid for; null when it is not', nullable: true })
  expiresAt: Date | null;

  @Text({
    description:
      'Proves the licence (`GET /enterprise/licenses/validate`), and activates it; null as long as it is not paid for',
    nullable: true,
    max: 1000,
  })
  key: string | null;

  @Moment({ description: 'When it was activated first', nullable: true })
  activatedAt: Date | null;

  @Flag({ description: 'The money of a term is disputed: it is suspended until that is decided' })
  isDisputed: boolean;

  @Text({ description: 'Why an admin has suspended it', nullable: true })
  suspendReason: string | null;

  @Text({ description: 'Why it was revoked', nullable: true })
  revokeReason: string | null;

  @Text({ description: 'The domains that it is activated on', isArray: true })
  domains: string[];

  @Nested(() => BrandingDto, { description: 'How the school looks on them' })
  branding: BrandingDto;

  @ListOf(() => LicenseTermDto, { description: 'The times that it was sold for, the first one first' })
  terms: LicenseTermDto[];

  @Moment({ description: 'Created' })
  createdAt: Date;
}
