import { randomUUID } from 'node:crypto';
import type { Fields } from './fields.js';
import { conversationId, noReceipt, receipt, requestId } from './ids.js';
import type { Merchant } from './merchant.js';
import { type ResultCode, wordsFor } from './result-codes.js';
import type { Conversation } from './store.js';
import type { ConversationKind } from './switches.js';

/** What every request that is concluded later brings along. */
export interface Opening {
  id: string;
  originatorConversationId: string;
  at: Date;
  initiator: string;
  credential: string;
  resultUrl: string;
  queueTimeOutUrl: string;
}

export interface Parameter {
  Key: string;
  /** Missing where there is nothing to say, rather than empty. */
  Value?: string | number;
}

/** What was done, or why nothing was. */
export interface Outcome {
  resultCode: ResultCode;
  transactionId: string;
  parameters?: Parameter[];
  reference?: Parameter | Parameter[];
}

export interface Concluded {
  status: Conversation['status'];
  resultCode: ResultCode | null;
  endedIn: Conversation['endedIn'];
}

export function open(merchant: Merchant, fields: Fields, initiatorField: string): Opening {
  const at = merchant.time();
  return {
    id: conversationId(at),
    originatorConversationId: requestId(),
    at,
    initiator: fields.text(initiatorField),
    credential: fields.text('SecurityCredential'),
    resultUrl: fields.url('ResultURL'),
    queueTimeOutUrl: fields.url('QueueTimeOutURL'),
  };
}

/** Does the work unless a switch or the credential is against it, and tells of it as a switch says. */
export function conclude(merchant: Merchant, kind: ConversationKind, opening: Opening, work: () => Outcome): Concluded {
  const end = merchant.switches.takeEnd(kind);
  const { endsIn = 'result', done = true } = end ?? {};
  const untold = endsIn === 'timeout' || endsIn === 'silence';
  if (untold && !done) {
    if (endsIn === 'timeout') tellOfTimeout(merchant, opening);
    return { status: 'dropped', resultCode: null, endedIn: endsIn };
  }
  const forced = untold || endsIn === 'result' ? undefined : endsIn;
  const refusal = forced ?? refusedInitiator(merchant, opening);
  const outcome = refusal === undefined ? work() : failure(kind, opening, refusal);
  if (endsIn === 'timeout') tellOfTimeout(merchant, opening);
  else if (endsIn !== 'silence') tell(merchant, opening, outcome);
  const status = outcome.resultCode === 0 ? 'done' : 'failed';
  return { status, resultCode: outcome.resultCode, endedIn: untold ? endsIn : 'result' };
}

/** Of a payout, nothing but the code tells it from a success: it has a receipt's number as well. */
export function failure(kind: ConversationKind, opening: Opening, resultCode: ResultCode): Outcome {
  return kind === 'b2c'
    ? { resultCode, transactionId: receipt(opening.at), reference: queueTimeout }
    : { resultCode, transactionId: noReceipt(opening.at) };
}

/** One thing that is referred to comes by itself, two come in a list. */
export function references(occasionKey: string, occasion: string | undefined): Parameter | Parameter[] {
  return occasion === undefined ? queueTimeout : [queueTimeout, { Key: occasionKey, Value: occasion }];
}

/** An address within Safaricom's own network; never the one that was given. */
const queueTimeout: Parameter = { Key: 'QueueTimeoutURL', Value: 'https://results.internal.example/v1/submit' };

/** The answer at once: only that it was heard. */
export function acceptance({ id, originatorConversationId }: Opening): object {
  return {
    OriginatorConversationID: originatorConversationId,
    ConversationID: id,
    ResponseCode: '0',
    ResponseDescription: 'Accept the service request successfully.',
  };
}

function refusedInitiator({ settings, switches }: Merchant, opening: Opening): ResultCode | undefined {
  if (switches.credentialLocked) return 8006;
  const known = opening.initiator === settings.initiatorName && opening.credential === settings.securityCredential;
  return known ? undefined : 2001;
}

function tell(merchant: Merchant, opening: Opening, outcome: Outcome): void {
  const { resultCode, transactionId, parameters, reference } = outcome;
  post(merchant, opening, opening.resultUrl, {
    ResultType: 0,
    ResultCode: resultCode,
    ResultDesc: wordsFor(resultCode),
    OriginatorConversationID: opening.originatorConversationId,
    ConversationID: opening.id,
    TransactionID: transactionId,
    ...(parameters && { ResultParameters: { ResultParameter: parameters } }),
    ...(reference && { ReferenceData: { ReferenceItem: reference } }),
  });
}

/** What Safaricom sends there is not documented: nothing in it should be relied on but the ids. */
function tellOfTimeout(merchant: Merchant, opening: Opening): void {
  post(merchant, opening, opening.queueTimeOutUrl, {
    ResultType: 1,
    ResultCode: 1037,
    ResultDesc: 'The request has timed out in the queue.',
    OriginatorConversationID: opening.originatorConversationId,
    ConversationID: opening.id,
    TransactionID: noReceipt(opening.at),
  });
}

function post({ callbacks }: Merchant, { id }: Opening, url: string, result: object): void {
  const headers = { 'content-type': 'application/json' };
  callbacks.send({ id: randomUUID(), about: id, url, headers, body: JSON.stringify({ Result: result }) });
}
