import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { newProduct } from '../checkout-session-object.js';
import { invalidRequest, noSuch } from '../errors.js';
import { createdFilter, listRoute } from '../lists.js';
import { metadata } from '../metadata.js';
import { flag, listOf, oneOf, required, text, unsupported, webUrl, type ShapeOf } from '../params.js';
import { route } from '../routes.js';

const createParams = {
  active: flag(),
  default_price_data: unsupported(),
  description: text(),
  id: text(),
  images: listOf(webUrl()),
  marketing_features: unsupported(),
  metadata: metadata(),
  name: required(text()),
  package_dimensions: unsupported(),
  shippable: unsupported(),
  statement_descriptor: text({ max: 22 }),
  tax_code: text(),
  tax_details: unsupported(),
  type: oneOf('service'),
  unit_label: text(),
  url: webUrl(),
} satisfies ShapeOf<Stripe.ProductCreateParams>;

const filters = {
  ...createdFilter,
  active: flag(),
  ids: listOf(text()),
  shippable: unsupported(),
  type: oneOf('service'),
  url: unsupported(),
} satisfies Omit<ShapeOf<Stripe.ProductListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const productRoutes = [
  route({
    method: 'POST',
    path: '/v1/products',
    answers: 'product',
    params: createParams,
    handle({ account, params, request }) {
      const { id, active = true, statement_descriptor: descriptor = null, url = null } = params;
      if (id !== undefined && account.store.products.find(id)) {
        throw invalidRequest('Product already exists.', { code: 'resource_already_exists', param: 'id' });
      }
      const made = newProduct(account.now(), params);
      const product = { ...made, id: id ?? made.id, active, statement_descriptor: descriptor, url };
      account.store.products.put(product);
      account.record('product.created', product, { request });
      return product;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/products/:id',
    answers: 'product',
    params: {},
    handle: ({ account, id }) => productNamed(account, id, 'id', 404),
  }),
  listRoute({
    path: '/v1/products',
    object: 'product',
    filters,
    from: (account) => account.store.products.newestFirst(),
    keep: (product, { active, ids }) =>
      (active === undefined || product.active === active) && (ids === undefined || ids.includes(product.id)),
  }),
];

export function productNamed({ store }: Account, id: string, param: string, status: 400 | 404 = 400): Stripe.Product {
  const product = store.products.find(id);
  if (!product) throw noSuch('product', id, param, status);
  return product;
}
