import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Money } from '../../platform/money/index.js';
import { ProviderFailure } from '../ports/payment-strategy.js';
import { asText } from '../resilience/provider-http.js';
import { outcomeAddresses } from './mpesa-addresses.js';
import { MpesaClient } from './mpesa-client.js';
import { type MpesaRequestRow, MpesaRequests, succeeded } from './mpesa-requests.js';

/** An answer that has not come by then is asked for again. */
const PATIENCE_SECONDS = 60;

/** What M-Pesa's records say: the money moved, it did not, or they have not answered yet. */
type Recorded = 'moved' | 'not-moved' | 'unknown';

/** Questions to M-Pesa's records about a movement of money. They are answered later, to an address of their own. */
@Injectable()
export class MpesaStatus {
  constructor(
    private readonly mpesa: MpesaClient,
    private readonly requests: MpesaRequests,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Whether a push has moved what its callback says; asked for now if it was not before. */
  async ofReceipt({ subject, receipt, amount }: MpesaRequestRow): Promise<Recorded> {
    if (receipt === null) return 'not-moved';
    return this.ask(subject, amount, { TransactionID: receipt });
  }

  /** What became of a request whose outcome never came, by the name that it was given. */
  async ofRequest({ subject, origin, amount }: MpesaRequestRow): Promise<Recorded> {
    if (origin === null) return 'unknown';
    return this.ask(subject, amount, { OriginalConversationID: origin });
  }

  private async ask(
    subject: string,
    amount: bigint,
    about: { TransactionID?: string; OriginalConversationID?: string },
  ): Promise<Recorded> {
    const question = await this.requests.open({
      ...{ kind: 'STATUS', subject, original: about.TransactionID },
      amount: Money.of(amount, 'KES'),
    });
    if (question.resultCode !== null) return succeeded(question) ? 'moved' : 'not-moved';
    const waiting = question.sentAt && question.sentAt > this.clock.in(-PATIENCE_SECONDS);
    if (!waiting) await this.send(question, about);
    return 'unknown';
  }

  private async send({ id, token }: MpesaRequestRow, about: object): Promise<void> {
    const access = this.settings.mpesa;
    if (!(await this.requests.again(id))) return;
    const answer = await this.mpesa.post('read', '/mpesa/transactionstatus/v1/query', {
      Initiator: access.initiatorName,
      SecurityCredential: access.securityCredential,
      CommandID: 'TransactionStatusQuery',
      ...about,
      PartyA: access.shortcode,
      IdentifierType: '4',
      ...outcomeAddresses(access, token),
      Remarks: 'Bursar',
      Occasion: 'Bursar',
    });
    if (!answer.taken) throw new ProviderFailure(false, answer.code);
    const [handle, origin] = [asText(answer.body.ConversationID), asText(answer.body.OriginatorConversationID)];
    if (handle && origin) await this.requests.name(id, handle, origin);
  }
}
