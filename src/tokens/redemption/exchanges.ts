import { Injectable } from '@nestjs/common';
import { DomainError, type FieldError, invalid, Problems } from '../../platform/errors/index.js';
import type { Money } from '../../platform/money/index.js';
import { type CouponOffer, Rewards } from '../rewards/rewards.js';
import type { ExchangeKind } from '../tokens.dto.js';
import { TokenProblems } from '../tokens.problems.js';
import type { RedeemDto } from './redemption.dto.js';

/** What somebody gets for how many tokens. */
export type Exchange = { readonly tokens: number; readonly reason: string } & (
  { readonly into: 'WALLET'; readonly credit: Money } | { readonly into: 'COUPON'; readonly offer: CouponOffer }
);

type Detail = Exclude<keyof RedeemDto, 'into'>;
const DETAILS: Record<ExchangeKind, readonly Detail[]> = { WALLET: ['currency', 'tokens'], COUPON: ['couponOffer'] };

/** What tokens can be turned into at this school. */
@Injectable()
export class Exchanges {
  constructor(private readonly rewards: Rewards) {}

  /** @throws Problems.validation, TokenProblems.unknownReward */
  find(wish: RedeemDto): Exchange {
    checkDetails(wish);
    return wish.into === 'WALLET' ? this.credit(wish) : this.coupon(wish);
  }

  private credit({ currency = '', tokens = 0 }: RedeemDto): Exchange {
    const rate = this.rewards.wallet.find(({ price }) => price.currency === currency);
    if (!rate) throw new DomainError(TokenProblems.unknownReward, `Tokens do not become credit in ${currency}`);
    if (tokens % rate.tokens !== 0) throw invalid('tokens', `tokens must be a multiple of ${rate.tokens}`);
    const credit = rate.price.times(BigInt(tokens / rate.tokens), 1n);
    return { into: 'WALLET', tokens, credit, reason: `Credit of ${credit.toString()}` };
  }

  private coupon({ couponOffer = '' }: RedeemDto): Exchange {
    const offer = this.rewards.coupons.find(({ id }) => id === couponOffer);
    if (!offer) throw new DomainError(TokenProblems.unknownReward, `There is no coupon ${couponOffer}`);
    return { into: 'COUPON', tokens: offer.tokens, offer, reason: `Coupon: ${offer.name}` };
  }
}

/** What the one takes is not for the other, and a wish that says both says nothing. */
function checkDetails({ into, ...said }: RedeemDto): void {
  const names = Object.values(DETAILS).flat();
  const errors = names.flatMap((name): FieldError[] => {
    const wanted = DETAILS[into].includes(name);
    if (wanted === (said[name] !== undefined)) return [];
    return [{ pointer: `#/${name}`, detail: `${name} ${wanted ? 'must be given' : 'does not go'} with ${into}` }];
  });
  if (errors.length === 0) return;
  const pointed = errors.map(({ pointer }) => pointer.slice(2)).join(', ');
  throw new DomainError(Problems.validation, `Not valid: ${pointed}`, errors);
}
