import express from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkoutRoutes } from './pages/checkout-routes.js';
import { dashboardRoutes } from './pages/dashboard-routes.js';
import { shopRoutes } from './pages/shop-routes.js';
import { StateFile } from './state-file.js';
import { Store } from './stripe/store.js';
import { StripeStandIn } from './stripe/stand-in.js';
import type { ConfiguredWebhook } from './stripe/webhook-endpoints.js';

/**
 * A stand-in for Stripe on a port of its own: the API, the hosted payment page, signed webhooks with retries, and a
 * dashboard of all that happened. It needs nothing from the rest of this repository. In another project:
 *
 *     const webhook = { url: 'http://127.0.0.1:3000/webhooks/stripe', secret: 'whsec_test' };
 *     const sandbox = await startSandbox({ port: 3010, stripe: { secretKey: 'sk_test_x', webhooks: [webhook] } });
 *     const stripe = new Stripe('sk_test_x', { host: '127.0.0.1', port: sandbox.port, protocol: 'http' });
 *     const session = await stripe.checkout.sessions.create({ mode: 'payment', success_url, line_items });
 *     sandbox.stripe.pay(session.id, { card: '4000000000000002' }); // declined; a person would open session.url
 *     sandbox.stripe.pay(session.id);                               // paid; the webhooks are on their way
 *     await sandbox.stripe.webhooksIdle();
 *     sandbox.stripe.intercept({ path: '/v1/customers' }, cutConnection('after')); // done, but nobody hears of it
 *     await sandbox.close();
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', log = silent, now = () => new Date(), stateFile } = options;
  const { secretKey, publishableKey, webhooks, webhookTimeout: timeout = 20_000 } = options.stripe;

  const store: Store = new Store(() => file?.changed());
  const file = stateFile === undefined ? undefined : new StateFile(stateFile, () => ({ stripe: store.snapshot() }));
  const kept = file?.read() as SandboxState | undefined;
  if (kept) store.restore(kept.stripe);

  const { retryDelays = defaultRetryDelays } = options;
  const deliveries = { retryDelays, timeout, log };
  const stripe = new StripeStandIn(store, { keys: { secretKey, publishableKey }, webhooks, deliveries, now });

  const app = express();
  app.disable('x-powered-by');
  app.use(checkoutRoutes(stripe), shopRoutes(), dashboardRoutes(stripe), stripe.api(log));

  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  stripe.start(url);
  log(`The sandbox is at ${url}`);

  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await stripe.close();
    await closed;
    file?.write();
  };
  return { url, port, stripe, close };
}

export interface SandboxOptions {
  /** 0 for any free port. */
  port: number;
  /** Address to listen on; 127.0.0.1 unless told. */
  host?: string;
  /** When given, everything survives a restart. */
  stateFile?: string;
  /** The clock by which objects are dated and sessions expire. */
  now?: () => Date;
  stripe: {
    secretKey: string;
    publishableKey?: string;
    webhooks: ConfiguredWebhook[];
    /** Milliseconds after which an endpoint that does not answer has failed; 20 s unless told. */
    webhookTimeout?: number;
  };
  /** Milliseconds between the attempts at a webhook. Far shorter than Stripe's hours. */
  retryDelays?: number[];
  log?: (line: string) => void;
}

export interface Sandbox {
  url: string;
  port: number;
  stripe: StripeStandIn;
  close(): Promise<void>;
}

interface SandboxState {
  stripe: Record<string, { id: string }[]>;
}

const defaultRetryDelays = [1_000, 5_000, 30_000, 120_000, 600_000];
const silent = () => undefined;

export { answerWith, cutConnection, delayBy, hold } from './stripe/mischief.js';
export type { Answer, InterceptTarget, Mischief } from './stripe/mischief.js';
export type { DeliveryAttempt } from './stripe/deliveries.js';
export type { PaymentAttempt } from './stripe/paying.js';
export type { ApiRequest } from './stripe/request-log.js';
export type { PayOptions, StripeStandIn } from './stripe/stand-in.js';
export { testCards } from './stripe/test-cards.js';
