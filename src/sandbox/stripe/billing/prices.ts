import Stripe from 'stripe';
import type { Account } from '../account.js';
import { invalidRequest, missingParameter, noSuch } from '../errors.js';
import { newId } from '../ids.js';
import { createdFilter, listRoute } from '../lists.js';
import { applyMetadata, metadata } from '../metadata.js';
import { checkCurrency } from '../money.js';
import {
  flag,
  hash,
  integer,
  listOf,
  oneOf,
  required,
  text,
  unsupported,
  type ParamsOf,
  type ShapeOf,
} from '../params.js';
import { route } from '../routes.js';
import { productNamed } from './products.js';

const intervals = oneOf('day', 'week', 'month', 'year');
const recurring = {
  interval: required(intervals),
  interval_count: integer({ min: 1, max: 36 }),
  meter: unsupported(),
  trial_period_days: unsupported(),
  usage_type: oneOf('licensed'),
} satisfies ShapeOf<Stripe.PriceCreateParams.Recurring>;

const createParams = {
  active: flag(),
  billing_scheme: oneOf('per_unit'),
  currency: required(text()),
  currency_options: unsupported(),
  custom_unit_amount: unsupported(),
  lookup_key: text({ max: 200 }),
  metadata: metadata(),
  nickname: text(),
  product: text(),
  product_data: unsupported(),
  recurring: hash(recurring),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  tiers: unsupported(),
  tiers_mode: unsupported(),
  transfer_lookup_key: flag(),
  transform_quantity: unsupported(),
  unit_amount: integer({ min: 0 }),
  unit_amount_decimal: unsupported(),
} satisfies ShapeOf<Stripe.PriceCreateParams>;

const updateParams = {
  active: flag(),
  currency_options: unsupported(),
  lookup_key: text({ max: 200 }),
  metadata: metadata(),
  nickname: text(),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  transfer_lookup_key: flag(),
} satisfies ShapeOf<Stripe.PriceUpdateParams>;

const filters = {
  ...createdFilter,
  active: flag(),
  currency: text(),
  lookup_keys: listOf(text()),
  product: text(),
  recurring: hash({ interval: intervals, meter: unsupported(), usage_type: oneOf('licensed') }),
  type: oneOf('one_time', 'recurring'),
} satisfies Omit<ShapeOf<Stripe.PriceListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const priceRoutes = [
  route({
    method: 'POST',
    path: '/v1/prices',
    answers: 'price',
    params: createParams,
    handle({ account, params, request }) {
      if (params.product === undefined) throw missingParameter('product');
      if (params.unit_amount === undefined) throw missingParameter('unit_amount');
      productNamed(account, params.product, 'product');
      claimLookupKey(account, params.lookup_key, params.transfer_lookup_key ?? false);
      const price = account.store.prices.put(newPrice(params, params.product, params.unit_amount, account.now()));
      account.record('price.created', price, { request });
      return price;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/prices/:id',
    answers: 'price',
    params: {},
    handle: ({ account, id }) => priceNamed(account, id, 'price', 404),
  }),
  route({
    method: 'POST',
    path: '/v1/prices/:id',
    answers: 'price',
    params: updateParams,
    handle({ account, id, params, request }) {
      const before = priceNamed(account, id, 'price', 404);
      const { active = before.active, lookup_key: key = before.lookup_key, nickname = before.nickname } = params;
      if (key !== null && key !== before.lookup_key) claimLookupKey(account, key, params.transfer_lookup_key ?? false);
      const price = account.store.prices.update(id, {
        active,
        lookup_key: key,
        nickname,
        metadata: applyMetadata(before.metadata, params.metadata),
        tax_behavior: params.tax_behavior ?? before.tax_behavior,
      });
      account.record('price.updated', price, { request, previous: { active: before.active } });
      return price;
    },
  }),
  listRoute({
    path: '/v1/prices',
    object: 'price',
    filters,
    from: (account) => account.store.prices.newestFirst(),
    keep: (price, { active, currency, lookup_keys: keys, product, recurring: every, type }) =>
      (active === undefined || price.active === active) &&
      (currency === undefined || price.currency === currency) &&
      (keys === undefined || (price.lookup_key !== null && keys.includes(price.lookup_key))) &&
      (product === undefined || price.product === product) &&
      (every?.interval === undefined || price.recurring?.interval === every.interval) &&
      (type === undefined || price.type === type),
  }),
];

export function priceNamed({ store }: Account, id: string, param: string, status: 400 | 404 = 400): Stripe.Price {
  const price = store.prices.find(id);
  if (!price) throw noSuch('price', id, param, status);
  return price;
}

/** A price that a subscription can be made of. */
export function recurringPrice(account: Account, id: string, param: string): Stripe.Price {
  const price = priceNamed(account, id, param);
  if (!price.active) {
    throw invalidRequest(`The price specified is inactive. This field only accepts active prices.`, { param });
  }
  if (price.recurring) return price;
  const message = `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`;
  throw invalidRequest(message, { param });
}

function claimLookupKey({ store }: Account, key: string | undefined, transfer: boolean): void {
  const [holder] = key === undefined ? [] : store.prices.filter(({ lookup_key: held }) => held === key);
  if (!holder) return;
  if (transfer) store.prices.update(holder.id, { lookup_key: null });
  else throw invalidRequest(`A price (\`${holder.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
}

function newPrice(
  params: ParamsOf<typeof createParams>,
  product: string,
  unitAmount: number,
  created: number,
): Stripe.Price {
  const { recurring: every } = params;
  return {
    id: newId('price'),
    object: 'price',
    active: params.active ?? true,
    billing_scheme: 'per_unit',
    created,
    currency: checkCurrency(params.currency, 'currency'),
    custom_unit_amount: null,
    livemode: false,
    lookup_key: params.lookup_key ?? null,
    metadata: applyMetadata({}, params.metadata),
    nickname: params.nickname ?? null,
    product,
    recurring: every
      ? {
          interval: every.interval,
          interval_count: every.interval_count ?? 1,
          meter: null,
          trial_period_days: null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: params.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: every ? 'recurring' : 'one_time',
    unit_amount: unitAmount,
    unit_amount_decimal: Stripe.Decimal.from(unitAmount),
  };
}
