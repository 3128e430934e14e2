import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noAccess } from './authentication.js';
import {
  currencyOfCountry,
  emptyBusinessProfile,
  newConnectedAccount,
  type AccountProfile,
  type ConnectedAccount,
} from './connected-account-object.js';
import { invalidRequest, notInSandbox } from './errors.js';
import { createdFilter, listRoute } from './lists.js';
import { applyMetadata, metadata, previousMetadata } from './metadata.js';
import { checkCurrency } from './money.js';
import { change, deauthorize } from './onboarding.js';
import {
  email,
  emptyable,
  flag,
  hash,
  oneOf,
  text,
  unsupported,
  webUrl,
  type Param,
  type ParamsOf,
  type ShapeOf,
} from './params.js';
import { route } from './routes.js';

const businessProfile = {
  annual_revenue: unsupported(),
  estimated_worker_count: unsupported(),
  mcc: emptyable(text({ max: 4 })),
  minority_owned_business_designation: unsupported(),
  monthly_estimated_revenue: unsupported(),
  name: emptyable(text()),
  product_description: emptyable(text({ max: 40_000 })),
  specified_commercial_transactions_act_url: unsupported(),
  support_address: unsupported(),
  support_email: emptyable(email()),
  support_phone: emptyable(text()),
  support_url: emptyable(webUrl()),
  url: emptyable(webUrl()),
} satisfies ShapeOf<Stripe.AccountCreateParams.BusinessProfile>;

const shared = {
  account_token: unsupported(),
  business_profile: hash(businessProfile),
  business_type: oneOf('company', 'government_entity', 'individual', 'non_profit'),
  company: unsupported(),
  default_currency: text(),
  documents: unsupported(),
  email: email(),
  external_account: unsupported(),
  groups: unsupported(),
  individual: unsupported(),
  metadata: metadata(),
  settings: unsupported(),
};
const createParams = {
  ...shared,
  capabilities: capabilities(),
  controller: unsupported(),
  country: text({ max: 2 }),
  tos_acceptance: hash({
    date: unsupported(),
    ip: unsupported(),
    service_agreement: oneOf('full', 'recipient'),
    user_agent: unsupported(),
  } satisfies ShapeOf<Stripe.AccountCreateParams.TosAcceptance>),
  type: text(),
} satisfies ShapeOf<Stripe.AccountCreateParams>;
const updateParams = {
  ...shared,
  capabilities: unsupported(),
  default_currency: unsupported(),
  tos_acceptance: unsupported(),
} satisfies ShapeOf<Stripe.AccountUpdateParams>;

export const connectedAccountRoutes = [
  route({
    method: 'POST',
    path: '/v1/accounts',
    answers: 'account',
    params: createParams,
    handle({ account, params }) {
      const profile = profileFrom(params);
      return account.store.connectedAccounts.put(newConnectedAccount(profile, account.now()));
    },
  }),
  route({
    method: 'GET',
    path: '/v1/accounts/:id',
    answers: 'account',
    params: {},
    handle: ({ account, id }) => existing(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/accounts/:id',
    answers: 'account',
    params: updateParams,
    handle({ account, id, params, request }) {
      const { metadata: before, business_profile: profile } = existing(account, id);
      const after = applyMetadata(before, params.metadata);
      const changes: Partial<ConnectedAccount> = {
        ...(params.business_profile && { business_profile: Object.assign({}, profile, params.business_profile) }),
        ...(params.business_type !== undefined && { business_type: params.business_type }),
        ...(params.email !== undefined && { email: params.email }),
        metadata: after,
      };
      const previous = previousMetadata(before, after);
      const shown = Object.keys(previous).length > 0 ? { metadata: previous } : {};
      return change(account, id, changes, request, shown);
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/accounts/:id',
    answers: 'account',
    params: {},
    handle({ account, id, request }) {
      existing(account, id);
      deauthorize(account, id, request);
      return { id, object: 'account', deleted: true } satisfies Stripe.DeletedAccount;
    },
  }),
  listRoute({
    path: '/v1/accounts',
    object: 'account',
    filters: createdFilter,
    from: (account) => account.store.connectedAccounts.newestFirst(),
  }),
];

function profileFrom(params: ParamsOf<typeof createParams>): AccountProfile {
  const { business_profile: profile, business_type: type = null, country = 'US', tos_acceptance: terms } = params;
  if (params.type !== 'express') throw notInSandbox("accounts of another type than 'express'", 'type');
  if (!/^[A-Z]{2}$/.test(country)) {
    const message =
      `Country '${country}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', ` +
      "'EG', or 'GB'. A full list of country codes is available at https://stripe.com/global";
    throw invalidRequest(message, { param: 'country' });
  }
  return {
    business_profile: Object.assign({}, emptyBusinessProfile, profile),
    business_type: type,
    // Without a wish, Stripe takes what is set on the platform's dashboard.
    capabilities: params.capabilities ?? ['card_payments', 'transfers'],
    country,
    default_currency: checkCurrency(params.default_currency ?? currencyOfCountry(country), 'default_currency'),
    email: params.email ?? null,
    metadata: applyMetadata({}, params.metadata),
    service_agreement: terms?.service_agreement,
  };
}

function existing(account: Account, id: string): ConnectedAccount {
  const found = account.store.connectedAccounts.find(id);
  if (!found) throw noAccess(id, 'sk_test_************');
  return found;
}

const played = ['card_payments', 'transfers'] as const;

/** Those of the played capabilities that are requested. */
function capabilities(): Param<(typeof played)[number][], false> {
  const wish = hash({ requested: flag() });
  return {
    required: false,
    emptyable: false,
    read(value, name) {
      if (typeof value === 'string') throw invalidRequest('Invalid object', { param: name });
      const other = Object.keys(value).find((key) => !played.some((known) => known === key));
      if (other !== undefined) throw notInSandbox(`${name}[${other}]`, `${name}[${other}]`);
      return played.filter((key) => {
        const asked = value[key];
        return asked !== undefined && wish.read(asked, `${name}[${key}]`).requested === true;
      });
    },
  };
}
