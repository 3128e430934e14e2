import { Amount, Currency, IdOf, ListOf, SignedAmount, Text } from '../../platform/http/index.js';

class InstructorEarningsRowDto {
  @IdOf('user', { description: 'Whose' })
  instructorId: string;

  @Text({ description: 'Their name' })
  name: string;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @SignedAmount({ description: 'What they had at the beginning, in its hold period or past it; minor units' })
  opening: number;

  @SignedAmount({ description: 'Shares of what was sold in this time, minor units' })
  earned: number;

  @SignedAmount({
    description:
      'Taken back in this time by refunds and lost disputes, less what of these failed; without what they did not have any more. Minor units',
  })
  takenBack: number;

  @SignedAmount({ description: 'Earnings that settled what they owed in this time, minor units' })
  recovered: number;

  @SignedAmount({ description: 'Begun to be paid out in this time, less what came back of it; minor units' })
  paidOut: number;

  @SignedAmount({ description: 'opening + earned − takenBack − recovered − paidOut, minor units' })
  closing: number;

  @Amount({ description: 'Of the closing, what is in its hold period or frozen by a dispute; minor units' })
  pending: number;

  @Amount({ description: 'Owed at the end, minor units' })
  owed: number;
}

export const INSTRUCTOR_EARNINGS_COLUMNS = [
  'instructorId',
  'name',
  'currency',
  'opening',
  'earned',
  'takenBack',
  'recovered',
  'paidOut',
  'closing',
  'pending',
  'owed',
] as const satisfies (keyof InstructorEarningsRowDto)[];

export class InstructorEarningsReportDto {
  @ListOf(() => InstructorEarningsRowDto, { description: 'By name, then instructor and currency' })
  rows: InstructorEarningsRowDto[];
}
