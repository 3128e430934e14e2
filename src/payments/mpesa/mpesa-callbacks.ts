import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { Money } from '../../platform/money/index.js';
import type { ProviderReport, SignedEvent, WebhookRequest } from '../ports/payment-strategy.js';
import { asText } from '../resilience/provider-http.js';
import { GIVEN_UP } from './mpesa-addresses.js';
import { endOf } from './mpesa-codes.js';
import { standing } from './mpesa-disbursements.js';
import { type Outcome, outcomeOf } from './mpesa-outcome.js';
import { reportOfDisbursement } from './mpesa-payouts.js';
import { type MpesaRequestRow, MpesaRequests } from './mpesa-requests.js';
import { MpesaReversals } from './mpesa-reversals.js';

/** What the records call a movement that was made, and one that never will be. Anything else may still become either. */
const MOVED = 'Completed';
const NEVER_MOVED = new Set(['Failed', 'Cancelled', 'Declined', 'Expired']);
/** The records know no such receipt. */
const UNKNOWN_RECEIPT = '2032';

/**
 * What M-Pesa posts to the addresses that it was given. Nothing of it is signed. It is believed to come from M-Pesa when it knows the
 * address, which nobody else was told, comes from where it may, and names what we asked for; what it says of money is asked back all the same.
 */
@Injectable()
export class MpesaCallbacks {
  constructor(
    private readonly requests: MpesaRequests,
    private readonly reversals: MpesaReversals,
    private readonly settings: Settings,
  ) {}

  async verify({ rawBody, token, ip }: WebhookRequest): Promise<SignedEvent | undefined> {
    if (token === undefined || !this.mayComeFrom(ip)) return undefined;
    const givenUp = token.endsWith(GIVEN_UP);
    const request = await this.requests.ofToken(givenUp ? token.slice(0, -GIVEN_UP.length) : token);
    // Whatever was not asked for has no outcome.
    if (!request?.sentAt) return undefined;
    const { kind } = request;
    const body = rawBody.toString('utf8');
    const hash = createHash('sha256').update(body).digest('hex');
    // Told in a shape that nobody has written down, and of no push.
    if (givenUp)
      return kind === 'PUSH'
        ? undefined
        : { externalId: `${request.id}:${hash}`, type: `${kind.toLowerCase()}.timeout`, body };
    const outcome = outcomeOf(body);
    if (!outcome || !fits(outcome, request) || (await this.requests.isOfAnother(request.id, outcome))) return undefined;
    return { externalId: `${outcome.handle}:${hash}`, type: kind.toLowerCase(), body, about: request.id };
  }

  /**
   * Writes down what was told. In the inbox's transaction. That a request was given up says nothing of whether it was done: it is asked about
   * in its time, like one of which nothing is heard.
   */
  async interpret({ body, about }: Pick<SignedEvent, 'body' | 'about'>): Promise<ProviderReport | undefined> {
    const request = about === undefined ? null : await this.requests.find(about);
    const outcome = outcomeOf(body);
    if (!request || !outcome) return undefined;
    const { kind, subject } = request;
    if (kind === 'STATUS') return this.noteRecords(request, outcome);
    if (!(await this.requests.conclude(request.id, outcome))) return undefined;
    if (kind === 'PUSH') {
      const { code, handle: reference } = outcome;
      // A success is worth money: it is asked back before it is believed.
      if (code === '0') return { kind: 'ask', paymentId: subject };
      return { kind: 'attempt', paymentId: subject, reference, ...endOf(code) };
    }
    return kind === 'REVERSAL' ? this.reversed(subject) : this.sent(subject);
  }

  /** A question about a payment has been answered: it is asked how that stands now. One about anything else is read by who has asked. */
  private async noteRecords(question: MpesaRequestRow, outcome: Outcome): Promise<ProviderReport | undefined> {
    const code = recordedCode(question, outcome);
    if (code === undefined) return undefined;
    const news = await this.requests.conclude(question.id, { ...outcome, code, receipt: undefined });
    const receipt = asText(outcome.values.get('ReceiptNo'));
    if (news && code === '0' && question.original === null && receipt !== undefined)
      await this.requests.noteOriginal(question.id, receipt);
    const push = news ? await this.requests.of('PUSH', question.subject) : null;
    return push ? { kind: 'ask', paymentId: push.subject } : undefined;
  }

  private async reversed(refundId: string): Promise<ProviderReport | undefined> {
    const reversal = await this.requests.of('REVERSAL', refundId);
    const push = reversal && (await this.reversals.pushOf(reversal));
    return reversal && push ? this.reversals.report(reversal, push) : undefined;
  }

  private async sent(disbursementId: string): Promise<ProviderReport | undefined> {
    const request = await this.requests.of('DISBURSEMENT', disbursementId);
    return request ? reportOfDisbursement(disbursementId, standing(request)) : undefined;
  }

  private mayComeFrom(ip: string | undefined): boolean {
    const { callbackAddresses } = this.settings.mpesa;
    return callbackAddresses.length === 0 || callbackAddresses.includes(ip?.replace(/^::ffff:/, '') ?? '');
  }
}

/** Whether it names what was asked for. A name that we have not heard yet, because its answer is still on the way, is taken from here. */
function fits({ of, handle, origin, code, amount }: Outcome, request: MpesaRequestRow): boolean {
  if ((of === 'push') !== (request.kind === 'PUSH')) return false;
  if (request.handle !== null && (request.handle !== handle || request.origin !== origin)) return false;
  const isPayment = request.kind === 'PUSH' && code === '0';
  return !isPayment || amount?.equals(Money.of(request.amount, 'KES')) === true;
}

/** What the records' answer comes to, as a code; undefined when it settles nothing. */
function recordedCode({ amount, original }: MpesaRequestRow, outcome: Outcome): string | undefined {
  const status = asText(outcome.values.get('TransactionStatus')) ?? '';
  if (outcome.code === UNKNOWN_RECEIPT) return original === null ? undefined : outcome.code;
  if (outcome.code !== '0' || NEVER_MOVED.has(status)) return outcome.code === '0' ? status : undefined;
  if (status !== MOVED) return undefined;
  return outcome.amount?.equals(Money.of(amount, 'KES')) ? outcome.code : 'other_amount';
}
