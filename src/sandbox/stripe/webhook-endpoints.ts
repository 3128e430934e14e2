import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noSuch } from './errors.js';
import { idFrom, newId, randomText } from './ids.js';
import { listRoute } from './lists.js';
import { applyMetadata, metadata } from './metadata.js';
import { emptyable, flag, listOf, required, text, webUrl, type ShapeOf } from './params.js';
import { route } from './routes.js';
import type { EndpointSettings } from './store.js';

const createParams = {
  api_version: text(),
  connect: flag(),
  description: emptyable(text()),
  enabled_events: required(listOf(text())),
  metadata: metadata(),
  url: required(webUrl()),
} satisfies ShapeOf<Stripe.WebhookEndpointCreateParams>;

const updateParams = {
  description: emptyable(text()),
  disabled: flag(),
  enabled_events: listOf(text()),
  metadata: metadata(),
  url: webUrl(),
} satisfies ShapeOf<Stripe.WebhookEndpointUpdateParams>;

export const webhookEndpointRoutes = [
  route({
    method: 'POST',
    path: '/v1/webhook_endpoints',
    answers: 'webhook_endpoint',
    params: createParams,
    handle({ account, params }) {
      const secret = `whsec_${randomText(32)}`;
      const endpoint = addEndpoint(account, {
        id: newId('webhook_endpoint'),
        url: params.url,
        secrets: [secret],
        connect: params.connect ?? false,
        configured: false,
        api_version: params.api_version ?? null,
        description: params.description ?? null,
        enabled_events: params.enabled_events,
        metadata: applyMetadata({}, params.metadata),
      });
      // The one time that the secret is told.
      return { ...endpoint, secret } satisfies Stripe.WebhookEndpoint;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/webhook_endpoints/:id',
    answers: 'webhook_endpoint',
    params: {},
    handle: ({ account, id }) => existing(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/webhook_endpoints/:id',
    answers: 'webhook_endpoint',
    params: updateParams,
    handle({ account, id, params }) {
      const endpoint = existing(account, id);
      return account.store.webhookEndpoints.put({
        ...endpoint,
        description: params.description === undefined ? endpoint.description : params.description,
        enabled_events: params.enabled_events ?? endpoint.enabled_events,
        metadata: applyMetadata(endpoint.metadata, params.metadata),
        status: params.disabled === undefined ? endpoint.status : params.disabled ? 'disabled' : 'enabled',
        url: params.url ?? endpoint.url,
      });
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/webhook_endpoints/:id',
    answers: 'webhook_endpoint',
    params: {},
    handle({ account, id }) {
      existing(account, id);
      account.store.webhookEndpoints.delete(id);
      account.store.endpointSettings.delete(id);
      return { id, object: 'webhook_endpoint', deleted: true } satisfies Stripe.DeletedWebhookEndpoint;
    },
  }),
  listRoute({
    path: '/v1/webhook_endpoints',
    object: 'webhook_endpoint',
    noun: 'webhook endpoint',
    filters: {},
    from: (account) => account.store.webhookEndpoints.newestFirst(),
  }),
];

/** An endpoint that the stand-in was started with: as if it had been made on Stripe's dashboard, for every event. */
export interface ConfiguredWebhook {
  url: string;
  /** Several while a secret is being rolled: every delivery then carries one signature for each. */
  secret: string | string[];
  /** Receives the events of connected accounts instead of the account's own. */
  connect?: boolean;
}

/** Replaces what an earlier start has configured. */
export function configureEndpoints(account: Account, webhooks: ConfiguredWebhook[]): void {
  const { endpointSettings, webhookEndpoints } = account.store;
  for (const { id } of endpointSettings.filter((settings) => settings.configured)) {
    webhookEndpoints.delete(id);
    endpointSettings.delete(id);
  }
  for (const { url, secret, connect = false } of webhooks) {
    if (!URL.canParse(url)) throw new Error(`The sandbox cannot send webhooks to '${url}': not a URL`);
    addEndpoint(account, {
      id: idFrom('webhook_endpoint', `${url} ${connect}`),
      url,
      secrets: [secret].flat(),
      connect,
      configured: true,
      api_version: account.apiVersion,
      description: 'Configured at the start of the sandbox',
      enabled_events: ['*'],
      metadata: {},
    });
  }
}

type NewEndpoint = Pick<
  Stripe.WebhookEndpoint,
  'id' | 'url' | 'api_version' | 'description' | 'enabled_events' | 'metadata'
> &
  Omit<EndpointSettings, 'id'>;

function addEndpoint(account: Account, endpoint: NewEndpoint): Stripe.WebhookEndpoint {
  const { secrets, connect, configured, ...given } = endpoint;
  account.store.endpointSettings.put({ id: given.id, secrets, connect, configured });
  return account.store.webhookEndpoints.put({
    object: 'webhook_endpoint',
    application: null,
    created: account.now(),
    livemode: false,
    status: 'enabled',
    ...given,
  });
}

function existing(account: Account, id: string): Stripe.WebhookEndpoint {
  const endpoint = account.store.webhookEndpoints.find(id);
  if (!endpoint) throw noSuch('webhook endpoint', id, 'webhook_endpoint', 404);
  return endpoint;
}
