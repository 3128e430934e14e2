import { WALLET_OWNER_TYPES, type WalletOwnerType } from '../../ledger/index.js';
import { WayToPayDto } from '../../payments/index.js';
import {
  Amount,
  Choice,
  Currency,
  IdOf,
  ListOf,
  Moment,
  SignedAmount,
  Text,
  Whole,
} from '../../platform/http/index.js';

export class WalletBalanceDto {
  @Text({ description: "The wallet's id, for its statement" })
  id: string;

  @Currency({ description: 'Currency' })
  currency: string;

  @Amount({ description: 'All the money in it, minor units' })
  balance: number;

  @Amount({ description: 'Of it, held for seats that are booked, minor units' })
  lockedBalance: number;

  @Amount({ description: 'What can be spent: balance less locked, minor units' })
  available: number;
}

export class WalletDto {
  @Text({ description: 'Whose' })
  ownerId: string;

  @Choice(WALLET_OWNER_TYPES, { description: 'Kind of owner' })
  ownerType: WalletOwnerType;

  @ListOf(() => WalletBalanceDto, { description: 'One per currency that was ever paid in' })
  balances: WalletBalanceDto[];
}

export class StatementQuery {
  @Text({
    description: '`nextCursor` of the page before',
    optional: true,
    pattern: /^\d{1,18}$/,
    wanted: 'the `nextCursor` of a page',
  })
  cursor?: string;

  @Whole({ description: 'Movements a page, at most 100', optional: true, query: true, min: 1, max: 100 })
  limit: number = 20;
}

export class OwnStatementQuery extends StatementQuery {
  @Currency({ description: 'Which of your wallets' })
  currency: string;
}

export class MovementDto {
  @Whole({ description: "The movement's number in the wallet, from 1" })
  sequence: number;

  @IdOf('ledgerEntry', { description: 'The journal entry' })
  entryId: string;

  @Text({ description: 'What happened, such as `wallet.transfer` or `course.sold`' })
  kind: string;

  @Text({ description: 'Kind of the business object' })
  objectType: string;

  @Text({ description: 'Id of the business object' })
  objectId: string;

  @Moment({ description: 'When' })
  at: Date;

  @SignedAmount({ description: 'In positive, out negative; minor units' })
  amount: number;

  @Amount({ description: 'The balance after it, minor units' })
  balanceAfter: number;
}

export class StatementDto {
  @ListOf(() => MovementDto, { description: 'Newest first' })
  data: MovementDto[];

  @Text({ description: 'Pass it as `cursor` for the next page; null on the last', nullable: true })
  nextCursor: string | null;
}

export class WalletTotalDto {
  @Choice(WALLET_OWNER_TYPES, { description: 'Kind of owner' })
  ownerType: WalletOwnerType;

  @Currency({ description: 'Currency' })
  currency: string;

  @Whole({ description: 'Number of wallets' })
  wallets: number;

  @Amount({ description: 'Money in them: what we owe, minor units' })
  balance: number;

  @Amount({ description: 'Of it, held, minor units' })
  lockedBalance: number;
}

export class TransferDto {
  @IdOf('user', { description: 'Whose wallet receives' })
  toUserId: string;

  @IdOf('user', { description: 'Whose wallet pays; yours unless an admin names another', optional: true })
  fromUserId?: string;

  @Amount({ description: 'Minor units, above 0', min: 1 })
  amount: number;

  @Currency({ description: 'Currency; nothing is converted' })
  currency: string;

  @Text({ description: "Why; an admin's transfer for others needs it", optional: true, max: 500 })
  reason?: string;
}

export class TransferredDto {
  @IdOf('ledgerEntry', { description: 'The journal entry' })
  entryId: string;

  @Amount({ description: 'Minor units' })
  amount: number;

  @Currency({ description: 'Currency' })
  currency: string;
}

export class TopUpDto extends WayToPayDto {
  @Amount({ description: 'What to pay in, minor units, above 0', min: 1 })
  amount: number;

  @Currency({ description: 'Currency: the wallet of it is credited' })
  currency: string;
}
