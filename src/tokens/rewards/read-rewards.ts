import { inLines, type Parsed, saidTwice } from '../../platform/config/index.js';
import { inspect } from '../../platform/http/index.js';
import { FULL_SHARE, Money } from '../../platform/money/index.js';
import { type CouponOfferFields, RewardsFields } from './rewards-file.dto.js';
import { type CouponOffer, Rewards } from './rewards.js';

/** @returns the rewards, or all that is wrong with them */
export async function parseRewards(content: object): Promise<Parsed<Rewards>> {
  const { value, flaws } = await inspect(RewardsFields, content);
  if (flaws.length > 0) return { problems: inLines(flaws) };
  const problems = contradictions(value);
  return problems.length > 0 ? { problems } : { value: toRewards(value), problems };
}

function contradictions({ streaks: { days, completions }, wallet, coupons }: RewardsFields): string[] {
  return [
    ...repeated('streaks/days', days.bonuses, ({ length }) => `a bonus for ${length}`),
    ...repeated('streaks/completions', completions.bonuses, ({ length }) => `a bonus for ${length}`),
    ...repeated('wallet', wallet, ({ currency }) => `a rate for ${currency}`),
    ...repeated('coupons', coupons, ({ id }) => `a coupon ${id}`),
    ...coupons.flatMap(unsound),
  ];
}

/** What would keep a coupon from being made when somebody wants it. */
function unsound(offer: CouponOfferFields): string[] {
  const { id, discountType, discountValue, currency, minimumAmount, maximumDiscount } = offer;
  const isShare = discountType === 'PERCENTAGE';
  const hasAmount = !isShare || minimumAmount !== undefined || maximumDiscount !== undefined;
  return [
    ...(isShare && discountValue > FULL_SHARE ? [`coupons: ${id} takes off more than all`] : []),
    ...(hasAmount && currency === undefined ? [`coupons: ${id} needs a currency for its amounts`] : []),
  ];
}

function repeated<T>(where: string, all: readonly T[], named: (one: T) => string): string[] {
  return saidTwice(all.map(named)).map((name) => `${where}: there is ${name} already`);
}

function toRewards({
  completion,
  freeCompletion,
  streaks: { days, completions },
  wallet,
  coupons,
}: RewardsFields): Rewards {
  const streaks = { DAYS: { ...days, withinDays: 1 }, COMPLETIONS: completions };
  const rates = wallet.map(({ tokens, amount, currency }) => ({ tokens, price: Money.of(amount, currency) }));
  return new Rewards(completion, freeCompletion, streaks, rates, coupons.map(toOffer));
}

/** The file has basis points; a coupon is told, and made, in per cent. */
function toOffer({ discountValue, ...offer }: CouponOfferFields): CouponOffer {
  return { ...offer, discountValue: offer.discountType === 'PERCENTAGE' ? discountValue / 100 : discountValue };
}
