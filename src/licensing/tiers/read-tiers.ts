import { inLines, type Parsed, saidTwice } from '../../platform/config/index.js';
import { inspect } from '../../platform/http/index.js';
import { Money } from '../../platform/money/index.js';
import { type TierFields, TiersFields } from './tiers-file.dto.js';
import { Tiers, type Tier } from './tiers.js';

/** @returns the tiers, or all that is wrong with them */
export async function parseTiers(content: object): Promise<Parsed<Tiers>> {
  const { value, flaws } = await inspect(TiersFields, content);
  if (flaws.length > 0) return { problems: inLines(flaws) };
  const problems = [
    ...saidTwice(value.tiers.map(({ id }) => id)).map((id) => `tiers: there is a tier ${id} already`),
    ...value.tiers.flatMap(({ id, prices }) =>
      saidTwice(prices.map(({ currency }) => currency)).map((currency) => `${id}: it has two prices in ${currency}`),
    ),
  ];
  return problems.length > 0 ? { problems } : { value: new Tiers(value.tiers.map(toTier)), problems };
}

function toTier({ prices, ...tier }: TierFields): Tier {
  return { ...tier, prices: prices.map(({ perSeatAndMonth, currency }) => Money.of(perSeatAndMonth, currency)) };
}
