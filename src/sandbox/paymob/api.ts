import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import type { Answer, Mischiefs } from '../common/mischief.js';
import type { ApiCall, RequestLog } from '../common/request-log.js';
import { HtmlAnswer } from './api-troubles.js';
import { authenticate } from './authentication.js';
import { notFound, PaymobApiError, refused } from './errors.js';
import { isObject } from './intention-params.js';
import type { Merchant } from './merchant.js';
import { paymobRoutes } from './routes.js';

/** One request to Paymob's API. Keys and tokens are not shown. */
export interface PaymobRequest extends ApiCall {
  /** What was sent, as JSON says it; undefined when nothing was. */
  body: unknown;
}

type Route = (typeof paymobRoutes)[number];

interface Parts {
  merchant: Merchant;
  requests: RequestLog<PaymobRequest>;
  mischief: Mischiefs;
  log: (line: string) => void;
}

/** `/paymob/v1/…` and `/paymob/api/…`: what a request passes on its way: mischief on the wire, key, body, the work. */
export function paymobApi({ merchant, requests, mischief, log }: Parts): Router {
  const router = express.Router();
  const roots = ['/paymob/v1', '/paymob/api'];
  router.use(roots, express.text({ type: () => true, limit: '2mb' }));
  for (const route of paymobRoutes) {
    const method = route.method === 'GET' ? 'get' : 'post';
    router[method](route.path, (req, res) => respond(req, res, route));
    router.all(route.path, (req, res) => respond(req, res, 'wrong method'));
  }
  router.use(roots, (req, res) => respond(req, res, undefined));
  return router;

  async function respond(req: Request, res: Response, route: Route | 'wrong method' | undefined): Promise<void> {
    const sent = typeof req.body === 'string' ? req.body : '';
    const request = requests.add(incoming(req, sent, new Date(merchant.now())));
    const gone = new Promise<void>((resolve) => res.once('close', resolve));
    const done = async () => answering(() => work(req, sent, route));
    const answer = await mischief.around('network', request, done, gone);
    if (answer.cut) {
      req.socket.destroy();
      return;
    }
    const { status, body, headers = {} } = answer;
    request.status = status;
    request.answer = withoutSecrets(body);
    log(`${request.method} ${request.path} ${status}`);
    res.status(status).set(headers);
    if (body instanceof HtmlAnswer) res.type('html').send(body.html);
    else res.type('application/json').send(JSON.stringify(body));
  }

  function work(req: Request, sent: string, route: Route | 'wrong method' | undefined): Answer {
    if (!route) throw notFound();
    if (route === 'wrong method') throw refused(405, `Method "${req.method}" not allowed.`);
    authenticate(merchant, req.headers, route.credential);
    const body = route.method === 'POST' ? parsed(sent) : {};
    return { status: route.status, body: route.handle({ merchant, body, id: String(req.params.id ?? '') }) };
  }

  function answering(run: () => Answer): Answer {
    try {
      return run();
    } catch (error) {
      if (error instanceof PaymobApiError) return { status: error.status, body: error.body };
      log(`The stand-in failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return { status: 500, body: { detail: 'An unknown error occurred in the sandbox; its log says more.' } };
    }
  }
}

function incoming(req: Request, sent: string, at: Date): PaymobRequest {
  return {
    id: randomUUID(),
    at,
    method: req.method,
    path: req.originalUrl.split('?')[0] ?? '',
    headers: { ...req.headers, ...(req.headers.authorization && { authorization: notShown }) },
    body: withoutSecrets(shown(sent)),
    status: null,
    answer: null,
  };
}

function parsed(sent: string): Record<string, unknown> {
  const body = shown(sent);
  if (typeof body === 'string') throw refused(400, 'JSON parse error - Expecting value: line 1 column 1 (char 0)');
  if (!isObject(body)) throw refused(400, 'Invalid data. Expected a dictionary.');
  return body;
}

/** What is no JSON is shown as it came. */
function shown(sent: string): unknown {
  try {
    return sent === '' ? {} : JSON.parse(sent);
  } catch {
    return sent;
  }
}

const notShown = '(not shown)';

function withoutSecrets<T>(body: T): T {
  if (!isObject(body)) return body;
  return { ...body, ...('api_key' in body && { api_key: notShown }), ...('token' in body && { token: notShown }) };
}
