import {
  DiscrepancyAction,
  DiscrepancyKind,
  DiscrepancyStatus,
  MovementKind,
  PaymentProvider,
} from '../../platform/database/index.js';
import {
  Choice,
  Currency,
  IdOf,
  ListOf,
  Moment,
  Nested,
  PageQuery,
  Pagination,
  SignedAmount,
  Text,
  Whole,
} from '../../platform/http/index.js';
import { RESOLUTIONS, type Resolution } from './discrepancy-actions.js';

const FORMATS = ['json', 'csv'] as const;
export const STATEMENT_PROVIDERS = ['STRIPE', 'MPESA', 'PAYMOB'] as const satisfies PaymentProvider[];

class SpanDto {
  @Moment({ description: 'From this moment on; the beginning of yesterday, UTC, unless told', optional: true })
  from?: string;

  @Moment({
    description: 'Before this moment, at the latest now; the end of yesterday, UTC, unless told',
    optional: true,
  })
  until?: string;
}

export class RunReconciliationDto extends SpanDto {
  @Choice(STATEMENT_PROVIDERS, { description: 'Whose statement' })
  provider: (typeof STATEMENT_PROVIDERS)[number];
}

export class ImportStatementQuery {
  @Choice(STATEMENT_PROVIDERS, { description: 'Whose statement it is' })
  provider: (typeof STATEMENT_PROVIDERS)[number];

  @Moment({
    description: 'The file has everything from this moment on; from its first line unless told',
    optional: true,
  })
  from?: string;

  @Moment({ description: 'And before this one, at the latest now; up to its last line unless told', optional: true })
  until?: string;
}

export class DiscrepanciesQuery extends PageQuery {
  @Choice(STATEMENT_PROVIDERS, { description: 'Only of this provider', optional: true })
  provider?: (typeof STATEMENT_PROVIDERS)[number];

  @Choice(DiscrepancyStatus, { description: 'Only in this status', optional: true })
  status?: DiscrepancyStatus;

  @Choice(DiscrepancyKind, { description: 'Only of this kind', optional: true })
  kind?: DiscrepancyKind;

  @Moment({ description: 'Only of what happened from this moment on', optional: true })
  from?: string;

  @Moment({ description: 'Only of what happened before this moment', optional: true })
  to?: string;

  @Choice(FORMATS, {
    description: 'JSON unless told otherwise; CSV has the same page, one row a currency',
    optional: true,
  })
  format: (typeof FORMATS)[number] = 'json';
}

export class ResolveDiscrepancyDto {
  @Choice(RESOLUTIONS, {
    description:
      'What to do. `ASK_PROVIDER` asks what became of it and leaves it open. `BOOK_UNIDENTIFIED` books to ' +
      '`liability:unidentified:{provider}`; `BOOK_DIFFERENCE` and `WRITE_OFF` to `expense:provider-differences`, another currency through ' +
      '`equity:fx`; `BOOK_FEE` to `expense:provider-fees`. `TAKE_BACK` reverses an earlier resolution of the same matter; ' +
      '`RETURN_PAYOUT` gives the instructor back what came back.',
  })
  action: Resolution;

  @Text({ description: 'Why; kept in the audit log', min: 3, max: 500 })
  reason: string;
}

class DiscrepancySumDto {
  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @SignedAmount({ description: 'What the provider owes us of it by its statement, its fee taken off; minor units' })
  stated: number;

  @SignedAmount({ description: 'The same by the books' })
  booked: number;

  @SignedAmount({ description: 'stated − booked: what a resolution books into the account of the provider' })
  difference: number;

  @SignedAmount({ description: 'The fee that the statement shows' })
  statedFee: number;

  @SignedAmount({ description: 'The fee that is booked' })
  bookedFee: number;
}

export class DiscrepancyDto {
  @IdOf('discrepancy', { description: 'Id' })
  id: string;

  @Choice(PaymentProvider, { description: 'Whose statement' })
  provider: PaymentProvider;

  @Choice(DiscrepancyKind, {
    description:
      '`MISSING_HERE`: on the statement, not in the books. `MISSING_THERE`: in the books, not on the statement. `AMOUNT`, `CURRENCY`, ' +
      '`FEE`: both have it, differently. `DUPLICATE`: the statement has it more than once.',
  })
  kind: DiscrepancyKind;

  @Choice(DiscrepancyStatus, { description: '`GONE`: a later run found both sides of one mind' })
  status: DiscrepancyStatus;

  @Choice(MovementKind, { description: 'What was moved' })
  matter: MovementKind;

  @Text({ description: "The provider's name of it, such as a PaymentIntent's id or an M-Pesa receipt" })
  reference: string;

  @IdOf('payment', { description: 'The payment that it is about, if that is known', nullable: true })
  paymentId: string | null;

  @Text({ description: 'What is wrong, in a sentence', max: 2000 })
  details: string;

  @ListOf(() => DiscrepancySumDto, { description: 'What each side says, by currency' })
  sums: DiscrepancySumDto[];

  @Choice(DiscrepancyAction, { description: 'What to do about it; `WAIT`: nothing yet, it may come by itself' })
  proposedAction: DiscrepancyAction;

  @Moment({ description: 'When it happened, by the statement or else by the books' })
  occurredAt: Date;

  @Moment({ description: 'When a run found it' })
  foundAt: Date;

  @Moment({ description: 'When a run last found it' })
  seenAt: Date;

  @Moment({ description: 'When the provider was last asked about it', nullable: true })
  askedAt: Date | null;

  @Moment({ description: 'When it was resolved, or found gone', nullable: true })
  closedAt: Date | null;

  @Choice(DiscrepancyAction, { description: 'What was done about it', nullable: true })
  action: DiscrepancyAction | null;

  @Text({ description: 'Why', nullable: true, max: 500 })
  reason: string | null;

  @IdOf('user', { description: 'Who resolved it', nullable: true })
  resolvedBy: string | null;

  @IdOf('ledgerEntry', { description: 'The entry that did it', nullable: true })
  entryId: string | null;
}

class ProviderTotalDto {
  @Choice(PaymentProvider, { description: 'Provider' })
  provider: PaymentProvider;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @SignedAmount({ description: 'What the provider owes us by all its statements together, minor units' })
  stated: number;

  @SignedAmount({ description: 'What it owes us by the books: the balance of `asset:provider:…`' })
  booked: number;

  @SignedAmount({ description: 'stated − booked = open − underWay' })
  difference: number;

  @SignedAmount({ description: 'Of that, the open discrepancies' })
  open: number;

  @SignedAmount({
    description:
      'Of that, what is in order, the other way round: booked and not on a statement yet, or on one and still on its way for us',
  })
  underWay: number;
}

export class ReconciliationDto {
  @ListOf(() => DiscrepancyDto, { description: 'Open ones first, then the newest' })
  data: DiscrepancyDto[];

  @Nested(() => Pagination, { description: 'Which page this is' })
  pagination: Pagination;

  @ListOf(() => ProviderTotalDto, { description: 'By provider and currency, whatever else was asked for' })
  totals: ProviderTotalDto[];
}

export class ReconciliationRunDto {
  @IdOf('reconciliationRun', { description: 'Id' })
  id: string;

  @Choice(PaymentProvider, { description: 'Whose statement' })
  provider: PaymentProvider;

  @Moment({ description: 'From this moment on' })
  from: Date;

  @Moment({ description: 'Before this moment' })
  until: Date;

  @Whole({ description: 'Lines of the statement of this time' })
  lines: number;

  @Whole({ description: 'Of those that were given or fetched now, the ones not known before' })
  newLines: number;

  @Whole({ description: 'Discrepancies that are open now' })
  found: number;

  @Whole({ description: 'Of those, the ones that were not open before' })
  opened: number;

  @Whole({ description: 'Discrepancies that were open before and are not any more' })
  gone: number;
}
