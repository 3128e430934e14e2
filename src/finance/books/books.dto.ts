import { JOURNAL_FORMATS, type JournalFormat } from '../export/export-journal.js';
import { LedgerAccountType } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Flag,
  IdOf,
  ListOf,
  Moment,
  SignedAmount,
  Text,
  Whole,
} from '../../platform/http/index.js';

export class AccountsQuery {
  @Text({ description: 'Only accounts whose code begins so, such as `liability:earnings`', optional: true })
  prefix?: string;
}

export class AccountDto {
  @Text({ description: 'Code, such as `asset:provider:stripe`' })
  code: string;

  @Choice(LedgerAccountType, { description: 'Type' })
  type: LedgerAccountType;

  @Currency({ description: 'Currency' })
  currency: string;

  @Text({ description: 'Whose money it is: a user, branch, center or organization', nullable: true })
  ownerId: string | null;

  @Amount({ description: 'Sum of the debits, minor units' })
  debits: number;

  @Amount({ description: 'Sum of the credits, minor units' })
  credits: number;

  @SignedAmount({
    description: "Balance on the account's normal side (debits − credits for asset and expense), minor units",
  })
  balance: number;
}

class RangeQuery {
  @Moment({ description: 'Only what was effective from this moment on', optional: true })
  from?: string;

  @Moment({ description: 'Only what was effective before this moment', optional: true })
  to?: string;
}

export class ExportQuery extends RangeQuery {
  @Choice(JOURNAL_FORMATS, { description: 'Format' })
  format: JournalFormat;
}

export class PeriodDto {
  @Text({ description: 'The month, YYYY-MM' })
  month: string;

  @Moment({ description: 'Closed since' })
  closedAt: Date;
}

export class EntriesQuery extends RangeQuery {
  @Text({ description: 'Only entries that touch this account code', optional: true })
  account?: string;

  @Text({ description: 'Only this kind, such as `course.sold`', optional: true })
  kind?: string;

  @Text({ description: 'Only entries about this object, such as a payment id', optional: true })
  objectId?: string;

  @Text({
    description: '`nextCursor` of the page before',
    optional: true,
    pattern: /^ent_[0-9a-z]{26}$/,
    wanted: 'the `nextCursor` of a page',
  })
  cursor?: string;

  @Whole({ description: 'Entries a page, at most 100', optional: true, query: true, min: 1, max: 100 })
  limit: number = 20;
}

class PostingDto {
  @Text({ description: 'Account code' })
  account: string;

  @SignedAmount({ description: 'Debit positive, credit negative; minor units' })
  amount: number;

  @Currency({ description: 'Currency' })
  currency: string;
}

class EntryDto {
  @IdOf('ledgerEntry', { description: 'Id' })
  id: string;

  @Text({ description: 'What happened, such as `course.sold`' })
  kind: string;

  @Text({ description: 'Unique: one entry per reference' })
  reference: string;

  @Text({ description: 'Kind of the business object it belongs to' })
  objectType: string;

  @Text({ description: 'Id of that object' })
  objectId: string;

  @Moment({ description: 'When it happened; decides its month' })
  effectiveAt: Date;

  @Moment({ description: 'When it was written' })
  postedAt: Date;

  @Text({ description: 'Who caused it: a user id, or `system`' })
  actor: string;

  @IdOf('ledgerEntry', { description: 'The entry that this one takes back', nullable: true })
  reverses: string | null;

  @ListOf(() => PostingDto, { description: 'Its legs; they sum to 0 per currency' })
  postings: PostingDto[];
}

export class EntriesDto {
  @ListOf(() => EntryDto, { description: 'Newest first' })
  data: EntryDto[];

  @Text({ description: 'Pass it as `cursor` for the next page; null on the last', nullable: true })
  nextCursor: string | null;
}

class CurrencyTotalsDto {
  @Currency({ description: 'Currency' })
  currency: string;

  @Amount({ description: 'Sum of all debits, minor units' })
  debits: number;

  @Amount({ description: 'Sum of all credits, minor units' })
  credits: number;

  @SignedAmount({ description: 'Debits − credits: always 0' })
  difference: number;
}

export class TrialBalanceDto {
  @Flag({ description: 'Whether every currency sums to 0' })
  balanced: boolean;

  @ListOf(() => CurrencyTotalsDto, { description: 'Per currency' })
  totals: CurrencyTotalsDto[];

  @ListOf(() => AccountDto, { description: 'Every account' })
  accounts: AccountDto[];
}
