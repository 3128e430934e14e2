import { Amount, Choice, Currency, IdOf, ListOf, Moment, Text, Whole } from '../../platform/http/index.js';
import { PayoutAccountDto } from '../payouts/payouts.dto.js';

export class EarningsQuery {
  @IdOf('user', { description: 'Whose, for an admin; your own unless told', optional: true })
  instructorId?: string;
}

class CurrencyEarningsDto {
  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Amount({ description: 'Shares of sales in their hold period, or frozen by a dispute; minor units' })
  pending: number;

  @Amount({ description: 'What may be paid out, minor units' })
  available: number;

  @Amount({ description: 'In payouts that wait for approval or are on their way, minor units' })
  inTransit: number;

  @Amount({ description: 'Paid out so far, minor units' })
  paidOut: number;

  @Amount({
    description:
      'Owed because refunds or disputes took back what was paid out already; recovered from the next sales. Minor units',
  })
  owed: number;

  @Moment({ description: 'When the next of what is pending may be paid out', nullable: true })
  nextReleaseAt: Date | null;
}

export class EarningsDto {
  @IdOf('user', { description: 'Whose' })
  instructorId: string;

  @ListOf(() => CurrencyEarningsDto, { description: 'One per currency; none before anything was sold' })
  currencies: CurrencyEarningsDto[];

  @ListOf(() => PayoutAccountDto, { description: 'Where they are paid to' })
  accounts: PayoutAccountDto[];
}

const Standing = { PENDING: 'PENDING', AVAILABLE: 'AVAILABLE', OWED: 'OWED' } as const;

export class EarningsStatementQuery {
  @Text({
    description: '`nextCursor` of the page before',
    optional: true,
    pattern: /^ent_[0-9a-z]{26}:\d{1,3}$/,
    wanted: 'the `nextCursor` of a page',
  })
  cursor?: string;

  @Whole({ description: 'Movements a page, at most 100', optional: true, query: true, min: 1, max: 100 })
  limit: number = 20;

  @Currency({ description: 'Currency of the earnings' })
  currency: string;

  @IdOf('user', { description: 'Whose, for an admin; your own unless told', optional: true })
  instructorId?: string;
}

export class EarningLineDto {
  @Text({ description: 'Id of the line' })
  id: string;

  @Moment({ description: 'When it was booked' })
  at: Date;

  @Text({ description: 'What happened: `course.sold`, `earnings.released`, `refund.asked`, `payout.started`, …' })
  kind: string;

  @Choice(Standing, {
    description: 'What it moved: what is pending, what may be paid out, or what is owed (negative: more is owed)',
  })
  account: keyof typeof Standing;

  @Amount({ description: 'Minor units; in positive, out negative' })
  amount: number;

  @IdOf('payment', { description: 'The sale that it is about', nullable: true })
  paymentId: string | null;

  @IdOf('payout', { description: 'The payout that it is about', nullable: true })
  payoutId: string | null;

  @Text({ description: 'What was sold', nullable: true })
  title: string | null;
}

export class EarningsStatementDto {
  @ListOf(() => EarningLineDto, { description: 'Newest first' })
  data: EarningLineDto[];

  @Text({ description: 'Give it as `cursor` to get what is before; null at the end', nullable: true })
  nextCursor: string | null;
}
