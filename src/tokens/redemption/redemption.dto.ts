import { Choice, Currency, Nested, Text, Whole } from '../../platform/http/index.js';
import { type ExchangeKind, EXCHANGES, TokenTransactionDto } from '../tokens.dto.js';

/** Far more than anybody has, and few enough to be multiplied. */
const MOST_REDEEMED = 1_000_000_000;

export class RedeemDto {
  @Choice(EXCHANGES, { description: '`WALLET`: with `currency` and `tokens`. `COUPON`: with `couponOffer`' })
  into: ExchangeKind;

  @Currency({ description: 'Of the wallet', optional: true })
  currency?: string;

  @Whole({
    description: "How many tokens become credit: a multiple of the rate's `tokens`",
    optional: true,
    min: 1,
    max: MOST_REDEEMED,
  })
  tokens?: number;

  @Text({ description: 'Id of what is offered, such as `TEN_OFF`', optional: true, max: 40 })
  couponOffer?: string;
}

export class RedeemedDto {
  @Nested(() => TokenTransactionDto, { description: 'The movement, with what the tokens were turned into' })
  transaction: TokenTransactionDto;

  @Whole({ description: 'Tokens that are left' })
  balance: number;
}
