import { CashMovementKind } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Day,
  Flag,
  IdOf,
  ListOf,
  Moment,
  SignedAmount,
  Text,
  TimeZone,
  Whole,
} from '../../platform/http/index.js';

const COUNT_RESULTS = ['PERFECT', 'OVER', 'SHORT'] as const;
export type CountResult = (typeof COUNT_RESULTS)[number];

/** More than any drawer holds. */
const MOST = 1_000_000_000_000;

class DrawerDto {
  @Currency({ description: 'Currency' })
  currency: string;

  @Amount({
    description: 'What the books have in it, minor units. For admins alone: null for staff, whose count is blind',
    nullable: true,
  })
  balance: number | null;

  @Flag({ description: 'Today is closed: nothing comes into it or leaves it before tomorrow' })
  closedToday: boolean;
}

export class CashboxDto {
  @IdOf('cashbox', { description: 'Id: the same as the branch, under another prefix' })
  id: string;

  @IdOf('branch', { description: 'The branch' })
  branchId: string;

  @Text({ description: "The branch's name" })
  branchName: string;

  @TimeZone({ description: 'Zone whose days are meant' })
  timeZone: string;

  @Day({ description: 'Which day it is there' })
  today: string;

  @Flag({ description: 'The branch is closed for good' })
  branchClosed: boolean;

  @ListOf(() => DrawerDto, { description: 'One per currency that was ever in it' })
  drawers: DrawerDto[];
}

export class MoveCashDto {
  @Choice(CashMovementKind, {
    description:
      '`FLOAT`: change brought from the bank. `BANKING`: cash taken to the bank. `PAY_OUT`: something small was paid.',
  })
  kind: CashMovementKind;

  @Amount({ description: 'Minor units, above 0', min: 1, max: MOST })
  amount: number;

  @Currency({ description: 'Currency' })
  currency: string;

  @Text({ description: 'Why, for the books', max: 500 })
  reason: string;
}

export class CashMovementDto {
  @IdOf('cashMovement', { description: 'Id' })
  id: string;

  @IdOf('cashbox', { description: 'The cashbox' })
  cashboxId: string;

  @IdOf('branch', { description: 'The branch' })
  branchId: string;

  @Day({ description: "The branch's local day" })
  day: string;

  @Choice(CashMovementKind, { description: 'Kind' })
  kind: CashMovementKind;

  @Amount({ description: 'Minor units' })
  amount: number;

  @Currency({ description: 'Currency' })
  currency: string;

  @Text({ description: 'Why', max: 500 })
  reason: string;

  @IdOf('user', { description: 'Who moved it' })
  actorId: string;

  @Moment({ description: 'When' })
  createdAt: Date;
}

export class CountCashDto {
  @Currency({ description: 'Currency that was counted' })
  currency: string;

  @Amount({ description: 'What is in the drawer, minor units', max: MOST })
  countedAmount: number;

  @Text({ description: 'Anything to say about it', optional: true, min: 0, max: 500 })
  note?: string;

  @Flag({
    description: "Close the branch's day in this currency with this count; false unless told otherwise",
    optional: true,
  })
  closeDay?: boolean;
}

export class CashCountDto {
  @IdOf('cashCount', { description: 'Id' })
  id: string;

  @IdOf('cashbox', { description: 'The cashbox' })
  cashboxId: string;

  @IdOf('branch', { description: 'The branch' })
  branchId: string;

  @Day({ description: "The branch's local day" })
  day: string;

  @Currency({ description: 'Currency' })
  currency: string;

  @Amount({ description: 'What the books had, minor units' })
  expected: number;

  @Amount({ description: 'What was counted, minor units: what the books have from then on' })
  counted: number;

  @SignedAmount({ description: 'Counted less expected, minor units' })
  difference: number;

  @Choice(COUNT_RESULTS, { description: 'No difference, too much, or too little' })
  result: CountResult;

  @Text({ description: 'What was said about it', min: 0, max: 500 })
  note: string;

  @Flag({ description: 'It closed the day' })
  closedDay: boolean;

  @IdOf('user', { description: 'Who counted' })
  countedBy: string;

  @Moment({ description: 'When' })
  createdAt: Date;
}

export class DailySummaryQuery {
  @Day({ description: 'The local day; today at the branch unless told otherwise', optional: true })
  date?: string;

  @Currency({ description: 'Only this currency', optional: true })
  currency?: string;
}

export class DrawerDayDto {
  @Currency({ description: 'Currency' })
  currency: string;

  @Amount({
    description: 'In the drawer when the day began, minor units. Null for staff until they have counted it on that day',
    nullable: true,
  })
  opening: number | null;

  @Whole({ description: 'Seats paid in cash' })
  seats: number;

  @Amount({ description: 'Cash taken for seats, minor units' })
  takenForSeats: number;

  @Amount({ description: 'Brought from the bank, minor units' })
  floats: number;

  @Amount({ description: 'Taken to the bank, minor units' })
  banked: number;

  @Amount({ description: 'Paid out of it, minor units' })
  paidOut: number;

  @SignedAmount({ description: 'What the counts found: more is positive, less negative; minor units' })
  overShort: number;

  @Amount({
    description:
      'In the drawer when the day ended, or now: opening + takenForSeats + floats − banked − paidOut + overShort. Null for staff ' +
      'until they have counted it on that day',
    nullable: true,
  })
  closing: number | null;

  @ListOf(() => CashCountDto, { description: 'The counts of the day, oldest first' })
  counts: CashCountDto[];

  @Flag({ description: 'The day is closed' })
  closed: boolean;
}

export class DailySummaryDto {
  @IdOf('cashbox', { description: 'The cashbox' })
  cashboxId: string;

  @IdOf('branch', { description: 'The branch' })
  branchId: string;

  @TimeZone({ description: 'Zone whose day it is' })
  timeZone: string;

  @Day({ description: 'The day' })
  date: string;

  @ListOf(() => DrawerDayDto, { description: 'One per currency' })
  drawers: DrawerDayDto[];
}
