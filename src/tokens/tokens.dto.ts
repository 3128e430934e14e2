import { TokenTransactionType } from '../platform/database/index.js';
import { Amount, Choice, Currency, IdOf, ListOf, Moment, Nested, Text, Whole } from '../platform/http/index.js';
import { MOST_TOKENS } from './rewards/rewards-file.dto.js';
import { StreakDto } from './streaks/streaks.dto.js';

export class TokenBalanceDto {
  @Whole({ description: 'Tokens that can be redeemed' })
  balance: number;
}

export class TokensDto extends TokenBalanceDto {
  @ListOf(() => StreakDto, { description: 'One of each kind, as it stands now' })
  streaks: StreakDto[];
}

/** What tokens are turned into. */
export const EXCHANGES = ['WALLET', 'COUPON'] as const;
export type ExchangeKind = (typeof EXCHANGES)[number];

export class RedemptionDto {
  @Choice(EXCHANGES, { description: 'Credit in the wallet, or a coupon for one use' })
  into: ExchangeKind;

  @Amount({ description: 'Credited to the wallet, minor units; null for a coupon', nullable: true })
  amount: number | null;

  @Currency({ description: 'Of the amount', nullable: true })
  currency: string | null;

  @Text({
    description: "The coupon's code: whoever has it can use it, once. Null for a wallet, and for a coupon that is gone",
    nullable: true,
  })
  couponCode: string | null;

  @Moment({ description: 'Until when the coupon can be used', nullable: true })
  validUntil: Date | null;
}

export class TokenTransactionDto {
  @IdOf('tokenTransaction', { description: 'Id' })
  id: string;

  @Whole({ description: "Its number among its person's, from 1", min: 1 })
  sequence: number;

  @Choice(TokenTransactionType, {
    description:
      '`AWARD` for something done or by an admin, `BONUS` for a streak, `REDEEM` turned into something, `ADJUSTMENT` put right: by an admin, or a bonus too many',
  })
  type: TokenTransactionType;

  @Whole({ description: 'Tokens that came, or went when it is negative', min: Number.MIN_SAFE_INTEGER })
  amount: number;

  @Whole({ description: 'The balance after it' })
  balance: number;

  @Text({ description: 'Why', max: 500 })
  reason: string;

  @Moment({ description: 'When' })
  createdAt: Date;

  @Nested(() => RedemptionDto, { description: 'What they were turned into; null unless `REDEEM`', nullable: true })
  redemption: RedemptionDto | null;
}

export class TokenHistoryQuery {
  @Text({
    description: '`nextCursor` of the page before',
    optional: true,
    pattern: /^\d{1,9}$/,
    wanted: 'the `nextCursor` of a page',
  })
  cursor?: string;

  @Whole({ description: 'Movements a page, at most 100', optional: true, query: true, min: 1, max: 100, default: 20 })
  limit: number = 20;
}

export class TokenHistoryDto {
  @ListOf(() => TokenTransactionDto, { description: 'Newest first' })
  data: TokenTransactionDto[];

  @Text({ description: 'Pass it as `cursor` for the next page; null when this is the last', nullable: true })
  nextCursor: string | null;
}

export class AwardTokensDto {
  @IdOf('user', { description: 'Who gets them' })
  userId: string;

  @Whole({
    description: 'How many; negative to take some back, never more than there are',
    min: -MOST_TOKENS,
    max: MOST_TOKENS,
  })
  amount: number;

  @Text({ description: 'Why, as the person reads it', max: 500 })
  reason: string;
}
