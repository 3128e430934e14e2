import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Money } from '../../platform/money/index.js';
import { type Attempt, type AttemptReport, ProviderFailure, type Started } from '../ports/payment-strategy.js';
import { asText } from '../resilience/provider-http.js';
import { outcomeAddresses, pushCredentials } from './mpesa-addresses.js';
import { MpesaClient, refused } from './mpesa-client.js';
import { endOf } from './mpesa-codes.js';
import { type MpesaRequestRow, MpesaRequests, succeeded } from './mpesa-requests.js';
import { MpesaStatus } from './mpesa-status.js';

/** A query answers this while the phone rings: as an error, or as the code of a result. */
const PENDING = new Set(['500.001.1001', '4999']);
/** No phone rings so long; a push that nothing was heard of by then was not taken, or nobody will ever tell. */
const LONGEST_RING_SECONDS = 300;

/** Prompts on buyers' phones: begun once, told of by a callback that nobody signs, and confirmed by asking. */
@Injectable()
export class MpesaPushes {
  private readonly logger = new Logger(MpesaPushes.name);

  constructor(
    private readonly mpesa: MpesaClient,
    private readonly requests: MpesaRequests,
    private readonly status: MpesaStatus,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Rings the phone. That it was rung is committed before the call, so that nothing makes it ring twice: not a crash, not a retry, not two
   * at once. Only what M-Pesa certainly did not take may be asked for again.
   */
  async start(attempt: Attempt): Promise<Started> {
    const { paymentId: subject, phone, total: amount } = attempt;
    const push = await this.requests.open({ kind: 'PUSH', subject, phone, amount });
    if (push.handle) return { reference: push.handle, redirectUrl: null };
    await this.mpesa.authorize();
    if (!(await this.requests.claim(push.id))) throw new ProviderFailure(false, 'push_unheard');
    const handle = await this.ring(attempt, push);
    return { reference: handle, redirectUrl: null };
  }

  /**
   * What a query says of a success counts, and what a callback brought with it: neither the one without the other's consent. A callback
   * that never comes is no reason to wait; a query that denies what a callback has said is put to M-Pesa's own records.
   */
  async lookUp({ paymentId }: Pick<Attempt, 'paymentId'>): Promise<AttemptReport | undefined> {
    const push = await this.requests.of('PUSH', paymentId);
    if (!push?.sentAt) return undefined;
    const report = { kind: 'attempt', paymentId, reference: push.handle ?? undefined } as const;
    if (!push.handle) return { ...report, ...this.unheard(push) };
    const code = await this.query(push.handle);
    if (code === '0') return { ...report, ...paid(push, push.handle) };
    if (!succeeded(push)) return { ...report, ...this.unpaid(push, code) };
    if (PENDING.has(code)) return { ...report, outcome: 'processing' };
    this.logger.warn(
      { paymentId, code, receipt: push.receipt },
      'a query denies a payment that a callback has told of',
    );
    const recorded = await this.status.ofReceipt(push);
    if (recorded === 'unknown') return { ...report, outcome: 'processing' };
    return { ...report, ...(recorded === 'moved' ? paid(push, push.handle) : endOf(code)) };
  }

  private async ring({ paymentId, title, total }: Attempt, push: MpesaRequestRow): Promise<string> {
    const access = this.settings.mpesa;
    const { ResultURL: CallBackURL } = outcomeAddresses(access, push.token);
    const answer = await this.requests.sending(push.id, () =>
      this.mpesa.post('write', '/mpesa/stkpush/v1/processrequest', {
        ...pushCredentials(access, this.clock.now()),
        TransactionType: access.till ? 'CustomerBuyGoodsOnline' : 'CustomerPayBillOnline',
        Amount: Number(total.minor / 100n),
        PartyA: push.phone,
        PartyB: access.till ?? access.shortcode,
        PhoneNumber: push.phone,
        CallBackURL,
        AccountReference: paymentId.slice(-12).toUpperCase(),
        TransactionDesc:
          title
            .replace(/[^A-Za-z0-9 ]/g, '')
            .slice(0, 13)
            .trim() || 'Payment',
      }),
    );
    if (!answer.taken) throw refused(endOf(answer.code).reason ?? answer.code);
    const handle = asText(answer.body.CheckoutRequestID);
    const origin = asText(answer.body.MerchantRequestID);
    if (asText(answer.body.ResponseCode) !== '0' || !handle || !origin)
      throw new ProviderFailure(false, 'unintelligible_answer');
    await this.requests.name(push.id, handle, origin);
    return handle;
  }

  /** The code of the result, or one of those that say that there is none yet. */
  private async query(handle: string): Promise<string> {
    const answer = await this.mpesa.post('read', '/mpesa/stkpushquery/v1/query', {
      ...pushCredentials(this.settings.mpesa, this.clock.now()),
      CheckoutRequestID: handle,
    });
    const code = answer.taken ? asText(answer.body.ResultCode) : answer.code;
    if (code === undefined || (!answer.taken && !PENDING.has(code)))
      throw new ProviderFailure(false, code ?? 'unintelligible_answer');
    return code;
  }

  private unpaid({ resultCode }: MpesaRequestRow, code: string): Pick<AttemptReport, 'outcome' | 'reason'> {
    if (resultCode !== null) return endOf(resultCode);
    return PENDING.has(code) ? { outcome: 'open' } : endOf(code);
  }

  /** Its answer was lost, so it has no name to ask by; the callback would tell. */
  private unheard({ resultCode, sentAt }: MpesaRequestRow): Pick<AttemptReport, 'outcome' | 'reason'> {
    if (resultCode !== null) return endOf(resultCode);
    const over = sentAt !== null && sentAt <= this.clock.in(-LONGEST_RING_SECONDS);
    return over ? { outcome: 'failed', reason: 'unheard' } : { outcome: 'open' };
  }
}

/** The buyer can pay nothing but what was asked, so the amount is known. The number is evidence of where the buyer is. */
function paid(push: MpesaRequestRow, handle: string): Partial<AttemptReport> & Pick<AttemptReport, 'outcome'> {
  return {
    outcome: 'paid',
    transactionId: handle,
    received: Money.of(push.amount, 'KES'),
    receipt: push.receipt ?? undefined,
    buyerCountry: 'KE',
  };
}
