import express from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KeptMail } from './mail/mailbox.js';
import { MailStandIn } from './mail/stand-in.js';
import { type MpesaSettings, mpesaDefaults } from './mpesa/settings.js';
import { MpesaStandIn } from './mpesa/stand-in.js';
import type { KeptMpesa } from './mpesa/store.js';
import { checkoutRoutes } from './pages/checkout-routes.js';
import { dashboardRoutes } from './pages/dashboard-routes.js';
import { invoiceRoutes } from './pages/invoice-routes.js';
import { mailboxRoutes } from './pages/mailbox-routes.js';
import { mpesaDashboard } from './pages/mpesa-dashboard.js';
import { onboardingRoutes } from './pages/onboarding-routes.js';
import { phoneRoutes } from './pages/phone-routes.js';
import { paymobCheckoutRoutes } from './pages/paymob-checkout-routes.js';
import { paymobDashboard } from './pages/paymob-dashboard.js';
import { shopRoutes } from './pages/shop-routes.js';
import { threeDSecureRoutes } from './pages/three-d-secure-routes.js';
import type { PaymobKeys } from './paymob/keys.js';
import { PaymobStandIn } from './paymob/stand-in.js';
import type { PaymobState } from './paymob/store.js';
import { StateFile } from './state-file.js';
import type { Dunning } from './stripe/account.js';
import { Store } from './stripe/store.js';
import { StripeStandIn } from './stripe/stand-in.js';
import type { ConfiguredWebhook } from './stripe/webhook-endpoints.js';

/**
 * Stand-ins for providers on a port of their own. Stripe: the API, the hosted payment page, signed webhooks with retries. M-Pesa at
 * `/daraja`, with the phones that it rings at `/phone`. Paymob at `/paymob`. A dashboard of all that happened and, if wanted, an SMTP server
 * and a mailbox. It needs nothing from the rest of this repository. In another project:
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
  const { settlementCurrencies = {}, settleLate = false, availableAfterSeconds, dunning = {} } = options.stripe;

  const store: Store = new Store(() => file?.changed());
  const file =
    stateFile === undefined
      ? undefined
      : new StateFile(stateFile, () => ({
          stripe: store.snapshot(),
          mail: mail.snapshot(),
          mpesa: mpesa.snapshot(),
          paymob: paymob.snapshot(),
        }));
  const kept = file?.read() as SandboxState | undefined;
  if (kept) store.restore(kept.stripe);
  const mail: MailStandIn = new MailStandIn({ port: 0, ...options.mail, host, now, changed: () => file?.changed() });
  if (kept?.mail) mail.restore(kept.mail);
  const mpesa: MpesaStandIn = new MpesaStandIn({
    settings: { ...mpesaDefaults, ...options.mpesa },
    callbackTimeout: timeout,
    now,
    changed: () => file?.changed(),
    log,
  });
  if (kept?.mpesa) mpesa.restore(kept.mpesa);
  const paymob: PaymobStandIn = new PaymobStandIn({
    keys: options.paymob,
    callbacks: { timeout, now, log },
    now,
    changed: () => file?.changed(),
  });
  if (kept?.paymob) paymob.restore(kept.paymob);

  const { retryDelays = defaultRetryDelays } = options;
  const deliveries = { retryDelays, timeout, log };
  const stripe = new StripeStandIn(store, { keys: { secretKey, publishableKey }, webhooks, deliveries, now });
  for (const [charged, { currency, rate }] of Object.entries(settlementCurrencies)) {
    stripe.settleIn(currency, { [charged]: rate });
  }
  stripe.settleLate(settleLate);
  stripe.billing.collectBy(dunning);
  if (availableAfterSeconds !== undefined) stripe.balance.availableAfter(availableAfterSeconds);

  const app = express();
  app.disable('x-powered-by');
  app.use(
    checkoutRoutes(stripe),
    invoiceRoutes(stripe),
    threeDSecureRoutes(stripe),
    onboardingRoutes(stripe),
    shopRoutes(),
    dashboardRoutes(stripe, [mpesaDashboard(mpesa), paymobDashboard(paymob)]),
    mailboxRoutes(mail),
    phoneRoutes(mpesa),
    mpesa.api(),
    stripe.api(log),
    paymobCheckoutRoutes(paymob),
    paymob.api(log),
  );

  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  stripe.start(url);
  mpesa.start();
  paymob.start(url);
  if (options.mail) await mail.start();
  log(`The sandbox is at ${url}`);

  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await Promise.all([stripe.close(), mail.stop(), mpesa.close(), paymob.close()]);
    await closed;
    file?.close();
  };
  return { url, port, stripe, mail, mpesa, paymob, close };
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
    /** What is charged in a currency settles in another: `{ usd: { currency: 'eur', rate: '0.92' } }`. */
    settlementCurrencies?: Record<string, { currency: string; rate: string }>;
    /** Charges get their balance transaction when `settleNow` is called, rather than a moment later by themselves. */
    settleLate?: boolean;
    /** How long the money of a charge is pending on the balance; two days unless told. */
    availableAfterSeconds?: number;
    /** When failed renewals are tried again, and what becomes of a subscription then: 3, 5 and 7 days, and it ends. */
    dunning?: Partial<Dunning>;
  };
  /** Paymob's account, at `/paymob`: `paymobDefaults` for what is not given. */
  paymob?: Partial<PaymobKeys>;
  /** An SMTP server beside it, whose messages are at `/mail`; none unless told. Port 0 for any free one. */
  mail?: { port: number };
  /** What differs from `mpesaDefaults`. */
  mpesa?: Partial<MpesaSettings>;
  /** Milliseconds between the attempts at a webhook. Far shorter than Stripe's hours. */
  retryDelays?: number[];
  log?: (line: string) => void;
}

export interface Sandbox {
  url: string;
  port: number;
  stripe: StripeStandIn;
  paymob: PaymobStandIn;
  mail: MailStandIn;
  mpesa: MpesaStandIn;
  close(): Promise<void>;
}

interface SandboxState {
  stripe: Record<string, { id: string }[]>;
  mail?: KeptMail;
  mpesa?: KeptMpesa;
  paymob?: PaymobState;
}

const defaultRetryDelays = [1_000, 5_000, 30_000, 120_000, 600_000];
const silent = () => undefined;

export type { MailMessage } from './mail/message.js';
export type { MailStandIn } from './mail/stand-in.js';
export type { DarajaRequest } from './mpesa/api.js';
export {
  emptyError as emptyDarajaError,
  quotaViolation,
  spikeArrest,
  unauthorizedToken,
  unavailablePage,
} from './mpesa/api-troubles.js';
export { type MpesaSettings, mpesaDefaults } from './mpesa/settings.js';
export type { MpesaPush, MpesaStandIn } from './mpesa/stand-in.js';
export type { PaymobRequest } from './paymob/api.js';
export { paymobServerError, paymobThrottled, paymobTokenExpired } from './paymob/api-troubles.js';
export { noHabits as noPaymobHabits, type PaymobHabits } from './paymob/habits.js';
export { hmacOf as paymobHmacOf, signedValues as paymobSignedValues } from './paymob/hmac.js';
export type { IntentionObject as PaymobIntention } from './paymob/intention-object.js';
export { paymobDefaults, type PaymobKeys } from './paymob/keys.js';
export type { PaymobAttempt } from './paymob/paying.js';
export type { PaymobStandIn } from './paymob/stand-in.js';
export { paymobTestCards, paymobTestWallet, type PaymobPayOptions } from './paymob/test-cards.js';
export type { TransactionObject as PaymobTransaction } from './paymob/transaction-object.js';
export type { DeliveryAttempt } from './stripe/deliveries.js';
export type { Callback, CallbackAttempt } from './common/callbacks.js';
export { answerWith, cutConnection, delayBy, hold, silence } from './common/mischief-kinds.js';
export { emptyServerError, serverError, tooManyRequests } from './stripe/api-troubles.js';
export type { Answer, InterceptTarget, Mischief } from './common/mischief.js';
export type { PaymentAttempt } from './stripe/paying.js';
export type { SetupAttempt } from './stripe/saving-cards.js';
export type { ApiRequest } from './stripe/api-request.js';
export type { PayOptions, StripeStandIn } from './stripe/stand-in.js';
export { testCards } from './stripe/test-cards.js';
export type { WebhookDisturbance } from './common/webhook-disturbance.js';
export { s3Defaults, S3StandIn, type S3Trouble } from './s3/stand-in.js';
