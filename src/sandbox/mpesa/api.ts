import express, { type Request, type Response, type Router } from 'express';
import type { Answer, Mischiefs } from '../common/mischief.js';
import type { ApiCall, RequestLog } from '../common/request-log.js';
import { payOut } from './disbursement.js';
import { DarajaError, RawBody } from './errors.js';
import { Fields } from './fields.js';
import { requestId } from './ids.js';
import type { Merchant } from './merchant.js';
import { requestReversal } from './reversal.js';
import { ringOut } from './ringing.js';
import { pushToPhone } from './stk-push.js';
import { queryPush } from './stk-query.js';
import { checkToken, giveToken } from './tokens.js';
import { queryTransaction } from './transaction-status.js';

/** One request to Daraja. */
export interface DarajaRequest extends ApiCall {
  /** Without what is secret. */
  params: Record<string, unknown>;
}

interface Parts {
  merchant: Merchant;
  requests: RequestLog<DarajaRequest>;
  mischief: Mischiefs;
  log: (line: string) => void;
}

const tokenPath = '/oauth/v1/generate';

const calls: Readonly<Record<string, (merchant: Merchant, fields: Fields) => object>> = {
  '/mpesa/stkpush/v1/processrequest': pushToPhone,
  '/mpesa/stkpushquery/v1/query': queryPush,
  '/mpesa/reversal/v1/request': requestReversal,
  '/mpesa/transactionstatus/v1/query': queryTransaction,
  '/mpesa/b2c/v3/paymentrequest': payOut,
};

/** `/daraja/…`: what a request passes on its way: mischief on the wire, path and method, token, fields, the work. */
export function darajaApi({ merchant, requests, mischief, log }: Parts): Router {
  const router = express.Router();
  router.use('/daraja', express.text({ type: () => true, limit: '1mb' }), (req, res) => respond(req, res));
  return router;

  async function respond(req: Request, res: Response): Promise<void> {
    const request = requests.add(incoming(req, merchant.time()));
    const gone = new Promise<void>((resolve) => res.once('close', resolve));
    const answer = await mischief.around('network', request, async () => answering(req), gone);
    if (answer.cut) {
      req.socket.destroy();
      return;
    }
    request.status = answer.status;
    request.answer = 'access_token' in answer.body ? { ...answer.body, access_token: '(not shown)' } : answer.body;
    log(`${request.method} ${request.path} ${answer.status}`);
    res.status(answer.status).set(answer.headers ?? {});
    if (answer.body instanceof RawBody) res.type(answer.body.contentType).send(answer.body.text);
    else res.json(answer.body);
  }

  function answering(req: Request): Answer {
    try {
      return work(req);
    } catch (error) {
      if (error instanceof DarajaError) return { status: error.status, body: error.body() };
      log(`The stand-in failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return { status: 500, body: new DarajaError(500, '500.003.1001', 'Internal Server Error').body() };
    }
  }

  function work(req: Request): Answer {
    const call = calls[req.path];
    const isToken = req.path === tokenPath;
    if (!call && !isToken) throw new DarajaError(404, '404.001.01', 'Resource not found');
    if (req.method !== (isToken ? 'GET' : 'POST')) throw new DarajaError(405, '405.001', 'Method Not Allowed');
    const authorization = req.get('authorization') ?? '';
    if (!call) return giveToken(merchant, authorization, req.query.grant_type);
    checkToken(merchant, authorization);
    ringOut(merchant);
    return { status: 200, body: call(merchant, Fields.parse(textOf(req))) };
  }
}

function incoming(req: Request, at: Date): DarajaRequest {
  const { headers, method } = req;
  return {
    id: requestId(),
    at,
    method,
    path: req.baseUrl + req.path,
    params: method === 'GET' ? { ...req.query } : shown(textOf(req)),
    headers: { ...headers, ...(headers.authorization && { authorization: '(not shown)' }) },
    status: null,
    answer: null,
  };
}

function shown(body: string): Record<string, unknown> {
  try {
    return Fields.parse(body).shown();
  } catch {
    return { '(not JSON)': body };
  }
}

function textOf({ body }: { body?: unknown }): string {
  return typeof body === 'string' ? body : '';
}
