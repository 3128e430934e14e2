import { expect } from '@jest/globals';
import { type CallbackAttempt, mpesaDefaults, type Sandbox } from '../../src/sandbox/index.js';
import { startWorld, type World } from './support.js';

export const phone = '254708374149';
const timestamp = '20261120130000';

export const paths = {
  push: '/mpesa/stkpush/v1/processrequest',
  query: '/mpesa/stkpushquery/v1/query',
  reversal: '/mpesa/reversal/v1/request',
  status: '/mpesa/transactionstatus/v1/query',
  b2c: '/mpesa/b2c/v3/paymentrequest',
};

export interface DarajaAnswer {
  status: number;
  body: Record<string, unknown>;
}

type Changes = Record<string, unknown>;

export interface MpesaWorld extends World {
  mpesa: Sandbox['mpesa'];
  /** Where callbacks go. */
  address: string;
  call(path: string, body: object): Promise<DarajaAnswer>;
  push(changes?: Changes): Promise<DarajaAnswer>;
  /** The CheckoutRequestID of a push that was accepted. */
  pushed(changes?: Changes): Promise<string>;
  query(checkoutRequestId: string, changes?: Changes): Promise<DarajaAnswer>;
  /** The receipt of a payment. */
  paid(amount: number, payer?: string): Promise<string>;
  reverse(receipt: string, amount: number, changes?: Changes): Promise<DarajaAnswer>;
  payOut(originatorConversationId: string, changes?: Changes): Promise<DarajaAnswer>;
  askStatus(changes: Changes): Promise<DarajaAnswer>;
  /** What has arrived so far, oldest first. */
  told(): Promise<unknown[]>;
}

export async function startMpesaWorld(options: Parameters<typeof startWorld>[0] = {}): Promise<MpesaWorld> {
  const world = await startWorld({ ...options, stripe: { webhooks: [] } });
  const { sandbox, receiver } = world;
  const { mpesa } = sandbox;
  const address = receiver.url.replace('/webhooks', '/told');
  const token = await tokenFor(sandbox);
  const call = (path: string, body: object) => post(sandbox, path, JSON.stringify(body), token);
  const push = (changes: Changes = {}) => call(paths.push, { ...pushBody(address), ...changes });
  const pushed = async (changes?: Changes) => {
    const { status, body } = await push(changes);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return String(body.CheckoutRequestID);
  };
  const asked = { SecurityCredential: mpesaDefaults.securityCredential, ResultURL: `${address}/result` };
  const common = { ...asked, QueueTimeOutURL: `${address}/timeout`, Remarks: 'A remark' };
  const { initiatorName, shortcode } = mpesaDefaults;
  return {
    ...world,
    mpesa,
    address,
    call,
    push,
    pushed,
    query: (id, changes) =>
      call(paths.query, { ...password(), BusinessShortCode: shortcode, CheckoutRequestID: id, ...changes }),
    paid: async (amount, payer = phone) => {
      const id = await pushed({ Amount: amount, PartyA: payer, PhoneNumber: payer });
      return String(mpesa.accept(id).receipt);
    },
    reverse: (receipt, amount, changes) =>
      call(paths.reversal, {
        ...common,
        Initiator: initiatorName,
        CommandID: 'TransactionReversal',
        TransactionID: receipt,
        Amount: String(amount),
        ReceiverParty: shortcode,
        RecieverIdentifierType: '11',
        ...changes,
      }),
    payOut: (originatorConversationId, changes) =>
      call(paths.b2c, {
        ...common,
        OriginatorConversationID: originatorConversationId,
        InitiatorName: initiatorName,
        CommandID: 'BusinessPayment',
        Amount: '500',
        PartyA: shortcode,
        PartyB: phone,
        ...changes,
      }),
    askStatus: (changes) =>
      call(paths.status, {
        ...common,
        Initiator: initiatorName,
        CommandID: 'TransactionStatusQuery',
        PartyA: shortcode,
        IdentifierType: '4',
        ...changes,
      }),
    told: async () => {
      await mpesa.callbacks.idle();
      return receiver.received.map(({ body }) => JSON.parse(body.toString()) as unknown);
    },
  };
}

export async function tokenFor(sandbox: Sandbox): Promise<string> {
  const { status, body } = await askToken(sandbox, `${mpesaDefaults.consumerKey}:${mpesaDefaults.consumerSecret}`);
  if (status !== 200) throw new Error(`No token: ${status}`);
  return (JSON.parse(body) as { access_token: string }).access_token;
}

export async function askToken(
  sandbox: Sandbox,
  credentials: string,
  query = '?grant_type=client_credentials',
): Promise<{ status: number; body: string }> {
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const answer = await fetch(`${sandbox.url}/daraja/oauth/v1/generate${query}`, { headers: { authorization } });
  return { status: answer.status, body: await answer.text() };
}

export async function post(sandbox: Sandbox, path: string, body: string, token: string): Promise<DarajaAnswer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${sandbox.url}/daraja${path}`, { method: 'POST', headers, body });
  return { status: answer.status, body: (await answer.json()) as DarajaAnswer['body'] };
}

export function password(shortcode = mpesaDefaults.shortcode): { Password: string; Timestamp: string } {
  const plain = shortcode + mpesaDefaults.passkey + timestamp;
  return { Password: Buffer.from(plain).toString('base64'), Timestamp: timestamp };
}

export function pushBody(address: string): Record<string, unknown> {
  return {
    BusinessShortCode: Number(mpesaDefaults.shortcode),
    ...password(),
    TransactionType: 'CustomerPayBillOnline',
    Amount: 1500,
    PartyA: phone,
    PartyB: mpesaDefaults.shortcode,
    PhoneNumber: phone,
    CallBackURL: address,
    AccountReference: 'ORDER-7',
    TransactionDesc: 'Algebra I',
  };
}

/** A refusal as Daraja words it. */
export function refusal(status: number, errorCode: string, errorMessage: string): object {
  return { status, body: { requestId: expect.stringMatching(requestId), errorCode, errorMessage } };
}

export const requestId = /^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\d{6,7}$/;
export const conversationId = /^AG_20261120_2010[0-9a-f]{16}$/;
export const receiptNumber = /^UKK[0-9A-Z]{7}$/;

export function statuses(attempts: CallbackAttempt[]): (number | null)[] {
  return attempts.map(({ status }) => status);
}
