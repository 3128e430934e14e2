import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import type { Money } from '../../platform/money/index.js';
import { asText } from '../resilience/provider-http.js';
import { outcomeAddresses } from './mpesa-addresses.js';
import { MpesaClient, refused } from './mpesa-client.js';
import { type MpesaRequestRow, MpesaRequests, succeeded } from './mpesa-requests.js';
import { MpesaStatus } from './mpesa-status.js';

/** Money to send to a phone. */
export interface DisbursementOrder {
  /** Ours; M-Pesa refuses a second request of the same name. */
  readonly disbursementId: string;
  /** As M-Pesa writes it. */
  readonly phone: string;
  /** Whole shillings, 10 to 250,000. */
  readonly amount: Money;
  /** 2 to 100 characters, for the receiver. */
  readonly remarks: string;
}

export interface Disbursement {
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  readonly receipt?: string;
  /** Why it failed: `mpesa_` with M-Pesa's code. */
  readonly reason?: string;
}

/** The name was used: the request was heard, whatever we heard. */
const DUPLICATE = '500.002.1001';

/** Money sent to phones (B2C). It leaves the utility account and cannot be called back. */
@Injectable()
export class MpesaDisbursements {
  constructor(
    private readonly mpesa: MpesaClient,
    private readonly requests: MpesaRequests,
    private readonly status: MpesaStatus,
    private readonly settings: Settings,
  ) {}

  /**
   * Sends it, or tells how it stands: the same order again is the same disbursement.
   * @throws ProviderFailure final when M-Pesa refuses it
   */
  async send(order: DisbursementOrder): Promise<Disbursement> {
    const { disbursementId: subject, phone, amount } = order;
    const request = await this.requests.open({ kind: 'DISBURSEMENT', subject, phone, amount });
    if (request.resultCode !== null) return standing(request);
    if (request.handle) return this.recorded(request);
    const taken = await this.ask(request, order);
    return taken ? { status: 'PENDING' } : this.recorded({ ...request, origin: request.id });
  }

  /** It was taken, and its outcome never came: not even that its time ran out means that it failed. */
  private async recorded(request: MpesaRequestRow): Promise<Disbursement> {
    const recorded = await this.status.ofRequest(request);
    if (recorded === 'unknown') return { status: 'PENDING' };
    if (recorded === 'not-moved') return { status: 'FAILED', reason: 'not_recorded' };
    const question = await this.requests.of('STATUS', request.subject);
    return { status: 'SUCCEEDED', receipt: question?.original ?? undefined };
  }

  /** @returns false when it was heard before, though we have no answer to that */
  private async ask({ id, token, phone, amount }: MpesaRequestRow, { remarks }: DisbursementOrder): Promise<boolean> {
    const access = this.settings.mpesa;
    await this.mpesa.authorize();
    // Its outcome has come meanwhile: the next look finds it.
    if (!(await this.requests.again(id))) return true;
    const answer = await this.requests.sending(
      id,
      () =>
        this.mpesa.post('keyed-write', '/mpesa/b2c/v3/paymentrequest', {
          OriginatorConversationID: id,
          InitiatorName: access.initiatorName,
          SecurityCredential: access.securityCredential,
          CommandID: 'BusinessPayment',
          Amount: Number(amount / 100n),
          PartyA: access.shortcode,
          PartyB: phone,
          Remarks: remarks,
          ...outcomeAddresses(access, token),
          Occassion: remarks,
        }),
      DUPLICATE,
    );
    if (!answer.taken && answer.code !== DUPLICATE) throw refused(answer.code);
    const handle = answer.taken ? asText(answer.body.ConversationID) : undefined;
    if (handle) await this.requests.name(id, handle, id);
    return answer.taken;
  }
}

export function standing(request: MpesaRequestRow): Disbursement {
  if (succeeded(request)) return { status: 'SUCCEEDED', receipt: request.receipt ?? undefined };
  return { status: 'FAILED', reason: `mpesa_${request.resultCode}` };
}
