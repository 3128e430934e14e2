import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { noSuch } from '../errors.js';
import { newId } from '../ids.js';
import { createdFilter, listRoute } from '../lists.js';
import { applyMetadata, metadata } from '../metadata.js';
import { decimal, flag, required, text, type ShapeOf } from '../params.js';
import { route } from '../routes.js';

const createParams = {
  active: flag(),
  country: text({ max: 2 }),
  description: text(),
  display_name: required(text({ max: 50 })),
  inclusive: required(flag()),
  jurisdiction: text(),
  metadata: metadata(),
  percentage: required(decimal({ min: 0, max: 100 })),
  state: text(),
  tax_type: text(),
} satisfies ShapeOf<Stripe.TaxRateCreateParams>;

const filters = {
  ...createdFilter,
  active: flag(),
  inclusive: flag(),
} satisfies Omit<ShapeOf<Stripe.TaxRateListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const taxRateRoutes = [
  route({
    method: 'POST',
    path: '/v1/tax_rates',
    answers: 'tax_rate',
    params: createParams,
    handle({ account, params, request }) {
      const made: Stripe.TaxRate = {
        id: newId('tax_rate'),
        object: 'tax_rate',
        active: params.active ?? true,
        country: params.country ?? null,
        created: account.now(),
        description: params.description ?? null,
        display_name: params.display_name,
        effective_percentage: null,
        flat_amount: null,
        inclusive: params.inclusive,
        jurisdiction: params.jurisdiction ?? null,
        jurisdiction_level: null,
        livemode: false,
        metadata: applyMetadata({}, params.metadata),
        percentage: params.percentage,
        rate_type: 'percentage',
        state: params.state ?? null,
        tax_type: params.tax_type ?? null,
      };
      const rate = account.store.taxRates.put(made);
      account.record('tax_rate.created', rate, { request });
      return rate;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/tax_rates/:id',
    answers: 'tax_rate',
    params: {},
    handle: ({ account, id }) => taxRateNamed(account, id, 'tax_rate', 404),
  }),
  listRoute({
    path: '/v1/tax_rates',
    object: 'tax_rate',
    noun: 'tax rate',
    filters,
    from: (account) => account.store.taxRates.newestFirst(),
    keep: (rate, { active, inclusive }) =>
      (active === undefined || rate.active === active) && (inclusive === undefined || rate.inclusive === inclusive),
  }),
];

export function taxRatesNamed(account: Account, ids: string[], param: string): Stripe.TaxRate[] {
  return ids.map((id) => taxRateNamed(account, id, param));
}

function taxRateNamed({ store }: Account, id: string, param: string, status: 400 | 404 = 400): Stripe.TaxRate {
  const rate = store.taxRates.find(id);
  if (!rate) throw noSuch('tax rate', id, param, status);
  return rate;
}
