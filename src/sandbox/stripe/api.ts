import express, { type Request, type Response, type Router } from 'express';
import { accountLinkRoutes } from './account-links.js';
import type { Account } from './account.js';
import { authenticate, type ApiKeys } from './authentication.js';
import { billingRoutes } from './billing/index.js';
import { billWhatIsDue } from './billing/passing-time.js';
import { balanceRoutes } from './balance.js';
import { balanceTransactionRoutes } from './balance-transactions.js';
import { chargeRoutes } from './charges.js';
import { checkoutSessionRoutes, expireDueSessions } from './checkout-sessions.js';
import { connectedAccountRoutes } from './connected-accounts.js';
import { customerRoutes } from './customers.js';
import { disputeRoutes } from './disputes.js';
import { invalidRequest, StripeApiError } from './errors.js';
import { eventRoutes } from './events.js';
import { canonicalForm, parseForm } from './form.js';
import { Idempotency } from './idempotency.js';
import { newId } from './ids.js';
import type { Answer, Mischiefs } from '../common/mischief.js';
import type { RequestLog } from '../common/request-log.js';
import { paymentIntentRoutes } from './payment-intents.js';
import { paymentMethodRoutes } from './payment-methods.js';
import { payoutRoutes } from './payouts.js';
import { refundRoutes } from './refunds.js';
import type { ApiRequest } from './api-request.js';
import type { Route } from './routes.js';
import { setupIntentRoutes } from './setup-intents.js';
import { transferReversalRoutes } from './transfer-reversals.js';
import { transferRoutes } from './transfers.js';
import { webhookEndpointRoutes } from './webhook-endpoints.js';

/** Every call that the stand-in answers. A new resource adds its file and its line. */
const routes: Route[] = [
  ...customerRoutes,
  ...checkoutSessionRoutes,
  ...paymentIntentRoutes,
  ...setupIntentRoutes,
  ...paymentMethodRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...disputeRoutes,
  ...balanceRoutes,
  ...balanceTransactionRoutes,
  ...payoutRoutes,
  ...billingRoutes,
  ...connectedAccountRoutes,
  ...accountLinkRoutes,
  ...transferRoutes,
  ...transferReversalRoutes,
  ...eventRoutes,
  ...webhookEndpointRoutes,
];

interface Parts {
  account: Account;
  keys: ApiKeys;
  requests: RequestLog<ApiRequest>;
  mischief: Mischiefs;
  log: (line: string) => void;
}

/** `/v1/…`: what a request passes on its way: mischief on the wire, key, parameters, idempotency, the work. */
export function stripeApi({ account, keys, requests, mischief, log }: Parts): Router {
  const idempotency = new Idempotency(account.store.savedAnswers, () => account.now());
  const router = express.Router();
  router.use('/v1', express.text({ type: () => true, limit: '2mb' }));

  for (const route of routes) {
    const method = route.method.toLowerCase() as 'get' | 'post' | 'delete';
    router[method](route.path, (req, res) => respond(req, res, route));
  }
  router.use('/v1', (req, res) => respond(req, res, undefined));
  return router;

  async function respond(req: Request, res: Response, route: Route | undefined): Promise<void> {
    const request = requests.add(incoming(req, account.time()));
    const gone = new Promise<void>((resolve) => res.once('close', resolve));
    const done = () => answering(() => work(request, req, route, gone));
    const answer = await mischief.around('network', request, done, gone);
    if (answer.cut) {
      req.socket.destroy();
      return;
    }
    request.status = answer.status;
    request.answer = answer.body;
    request.replayed = answer.headers?.['idempotent-replayed'] === 'true';
    log(`${request.method} ${request.path} ${answer.status}`);
    res.status(answer.status).set({ ...headersOf(request, account), ...answer.headers });
    res.type('application/json').send(JSON.stringify(answer.body, null, 2));
  }

  async function work(
    request: ApiRequest,
    req: Request,
    route: Route | undefined,
    gone: Promise<void>,
  ): Promise<Answer> {
    authenticate(req.headers, keys, (id) => account.store.connectedAccounts.find(id) !== undefined);
    if (!route) throw unrecognized(req);
    expireDueSessions(account);
    billWhatIsDue(account);
    const perform = route.prepare(request.params);
    const cause = { id: request.id, idempotency_key: request.idempotencyKey };
    const context = { account, id: String(req.params.id ?? ''), part: String(req.params.part ?? ''), request: cause };
    const performed = () => answering(() => ({ status: 200, body: perform(context) }));
    const done = () => mischief.around('endpoint', request, performed, gone);
    // Stripe heeds keys on POST only.
    if (request.method !== 'POST' || request.idempotencyKey === null) return done();
    const fingerprint = `${request.method} ${request.path} ${canonicalForm(request.params)}`;
    return idempotency.once(request.idempotencyKey, fingerprint, request.id, done);
  }

  /** An error is an answer as well, always under `error`: SDKs tell success from failure by that key alone. */
  async function answering(run: () => Answer | Promise<Answer>): Promise<Answer> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof StripeApiError) return { status: error.status, body: { error: error.body } };
      log(`The stand-in failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const message = 'An unknown error occurred in the sandbox; its log says more.';
      return { status: 500, body: { error: { message, type: 'api_error' } } };
    }
  }
}

function incoming(req: Request, at: Date): ApiRequest {
  const url = new URL(req.originalUrl, 'http://sandbox');
  const sent = req.method === 'POST' && typeof req.body === 'string' ? req.body : url.search;
  return {
    id: newId('request'),
    at,
    method: req.method,
    path: url.pathname,
    params: parseForm(sent),
    headers: withoutSecret(req.headers),
    idempotencyKey: req.get('idempotency-key') ?? null,
    status: null,
    replayed: false,
    answer: null,
  };
}

function withoutSecret(headers: Request['headers']): ApiRequest['headers'] {
  return { ...headers, ...(headers.authorization && { authorization: '(not shown)' }) };
}

function headersOf(request: ApiRequest, account: Account): Record<string, string> {
  const version = request.headers['stripe-version'];
  return {
    'request-id': request.id,
    'stripe-version': typeof version === 'string' ? version : account.apiVersion,
    ...(request.idempotencyKey !== null && {
      'idempotency-key': request.idempotencyKey,
      'original-request': request.id,
    }),
  };
}

function unrecognized(req: Request): StripeApiError {
  const message =
    `Unrecognized request URL (${req.method}: ${req.originalUrl.split('?')[0]}). Please see ` +
    'https://stripe.com/docs or we can help at https://support.stripe.com/.';
  return invalidRequest(message, { status: 404 });
}
