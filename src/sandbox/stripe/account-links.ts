import type Stripe from 'stripe';
import { invalidRequest, noSuch, notInSandbox } from './errors.js';
import { newId } from './ids.js';
import { isRejected } from './onboarding.js';
import { required, text, unsupported, webUrl, type ShapeOf } from './params.js';
import { route } from './routes.js';

/** A link to the form of onboarding. It is good for one visit. */
export interface OnboardingLink {
  id: string;
  account: string;
  refreshUrl: string;
  returnUrl: string;
  expiresAt: number;
}

const goodForSeconds = 300;

const createParams = {
  account: required(text()),
  collect: unsupported(),
  collection_options: unsupported(),
  refresh_url: required(webUrl()),
  return_url: required(webUrl()),
  type: required(text()),
} satisfies ShapeOf<Stripe.AccountLinkCreateParams>;

export const accountLinkRoutes = [
  route({
    method: 'POST',
    path: '/v1/account_links',
    answers: 'account_link',
    params: createParams,
    handle({ account, params }) {
      const { store, baseUrl } = account;
      const connected = store.connectedAccounts.find(params.account);
      if (!connected) throw noSuch('account', params.account, 'account', 400);
      if (params.type !== 'account_onboarding') throw notInSandbox(`links of the type ${params.type}`, 'type');
      if (isRejected(connected)) {
        throw invalidRequest('This account has been rejected, so there is no link to it.', { param: 'account' });
      }
      const created = account.now();
      const link = store.onboardingLinks.put({
        id: newId('account_link'),
        account: connected.id,
        refreshUrl: params.refresh_url,
        returnUrl: params.return_url,
        expiresAt: created + goodForSeconds,
      });
      return {
        object: 'account_link',
        created,
        expires_at: link.expiresAt,
        url: `${baseUrl}/stripe/connect/${link.id}`,
      } satisfies Stripe.AccountLink;
    },
  }),
];
