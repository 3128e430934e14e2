import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import type { RefundStatus } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import { ProviderFailure, type RefundOrder, type RefundReport } from '../ports/payment-strategy.js';
import { asText } from '../resilience/provider-http.js';
import { outcomeAddresses } from './mpesa-addresses.js';
import { MpesaClient, refused } from './mpesa-client.js';
import { type MpesaRequestRow, MpesaRequests, succeeded } from './mpesa-requests.js';
import { MpesaStatus } from './mpesa-status.js';

/** A reversal asked for again answers this when it was done the first time. */
const ALREADY_REVERSED = 'R000001';

/** Payments given back. M-Pesa knows no key that makes two requests one, so what was asked for once is only asked for again where that is harmless. */
@Injectable()
export class MpesaReversals {
  constructor(
    private readonly mpesa: MpesaClient,
    private readonly requests: MpesaRequests,
    private readonly status: MpesaStatus,
    private readonly settings: Settings,
  ) {}

  async refund(order: RefundOrder): Promise<RefundReport> {
    const push = await this.requests.ofHandle(order.transactionId);
    // Known by a query alone, which gives none; the callback may still bring it.
    if (!push?.receipt) throw refused('receipt_unknown');
    const { refundId: subject, amount } = order;
    const reversal = await this.requests.open({ kind: 'REVERSAL', subject, amount, original: push.receipt });
    if (reversal.resultCode !== null) return this.report(reversal, push);
    if (reversal.handle) return this.recorded(reversal, push);
    await this.ask(reversal, isWhole(reversal, push));
    return this.report((await this.requests.of('REVERSAL', subject)) ?? reversal, push);
  }

  /** How a reversal stands, with the push whose money it gives back. */
  report(reversal: MpesaRequestRow, push: MpesaRequestRow): RefundReport {
    const { subject, handle, amount, resultCode } = reversal;
    const status = statusOf(reversal, push);
    return {
      kind: 'refund',
      refundId: subject,
      providerRefundId: handle ?? undefined,
      transactionId: push.handle ?? '',
      amount: Money.of(amount, 'KES'),
      status,
      ...(status === 'FAILED' && { reason: `mpesa_${resultCode}` }),
    };
  }

  /** The push whose money it gives back. */
  async pushOf({ original }: MpesaRequestRow): Promise<MpesaRequestRow | null> {
    return original === null ? null : this.requests.ofReceipt(original);
  }

  /** It was taken, and its outcome never came. */
  private async recorded(reversal: MpesaRequestRow, push: MpesaRequestRow): Promise<RefundReport> {
    const report = this.report(reversal, push);
    const recorded = await this.status.ofRequest(reversal);
    if (recorded === 'unknown') return report;
    return recorded === 'moved'
      ? { ...report, status: 'SUCCEEDED' }
      : { ...report, status: 'FAILED', reason: 'not_recorded' };
  }

  /** A part that may have been asked for is not asked for again, and of two who ask for one at once, one does. */
  private async ask({ id, token, original, amount }: MpesaRequestRow, whole: boolean): Promise<void> {
    const access = this.settings.mpesa;
    await this.mpesa.authorize();
    if (!(await (whole ? this.requests.again(id) : this.requests.claim(id)))) return;
    const answer = await this.requests.sending(id, () =>
      this.mpesa.post('write', '/mpesa/reversal/v1/request', {
        Initiator: access.initiatorName,
        SecurityCredential: access.securityCredential,
        CommandID: 'TransactionReversal',
        TransactionID: original,
        Amount: Number(amount / 100n),
        ReceiverParty: access.till ?? access.shortcode,
        RecieverIdentifierType: '11',
        ...outcomeAddresses(access, token),
        Remarks: 'Refund',
        Occasion: 'Refund',
      }),
    );
    if (!answer.taken) throw refused(answer.code);
    const [handle, origin] = [asText(answer.body.ConversationID), asText(answer.body.OriginatorConversationID)];
    if (!handle || !origin) throw new ProviderFailure(false, 'unintelligible_answer');
    await this.requests.name(id, handle, origin);
  }
}

function statusOf(reversal: MpesaRequestRow, push: MpesaRequestRow): RefundStatus {
  if (reversal.resultCode === null) return 'PENDING';
  const done = succeeded(reversal) || (reversal.resultCode === ALREADY_REVERSED && isWhole(reversal, push));
  return done ? 'SUCCEEDED' : 'FAILED';
}

/** All that was paid: that cannot be given back twice, however often it is asked for. */
function isWhole(reversal: MpesaRequestRow, push: MpesaRequestRow): boolean {
  return reversal.amount === push.amount;
}
