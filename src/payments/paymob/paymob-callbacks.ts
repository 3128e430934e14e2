import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { Database } from '../../platform/database/index.js';
import type { AttemptReport, ProviderReport, SignedEvent, WebhookRequest } from '../ports/payment-strategy.js';
import { asRecord, asText } from '../resilience/provider-http.js';
import { isSigned, signedText } from './paymob-hmac.js';
import { reportOf } from './paymob-intentions.js';
import { reportOfRefund } from './paymob-refunds.js';
import { parentOf, paymentIdOf, type PaymobTransaction, transactionOf } from './paymob-transaction.js';

/** A payment of ours, with every movement of money that is known to have come for it. */
interface Known {
  readonly paymentId: string;
  readonly movements: readonly string[];
}

/**
 * What Paymob posts. Twenty fields are signed, the body is not: whoever has seen one delivery could send it again with anything else in it.
 * So all that is believed is among the twenty, and what is not is at most a hint about whom to ask.
 */
@Injectable()
export class PaymobCallbacks {
  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {}

  verify({ rawBody, query }: WebhookRequest): SignedEvent | undefined {
    const body = rawBody.toString('utf8');
    const event = parsed(body);
    const obj = asRecord(event?.obj);
    const text = event && obj && signedText(event.type, obj);
    if (!obj || text === undefined || !isSigned(text, query.hmac, this.settings.paymob.hmacSecrets)) return undefined;
    // There are no ids of events. All that is signed tells one state from another; what is told again is the same to the letter.
    const externalId = `${asText(obj.id) ?? ''}:${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    // A card that can be charged is nothing to keep here.
    if (event?.type === 'TOKEN') return { externalId, type: 'token', body: JSON.stringify({ type: 'TOKEN' }) };
    const transaction = transactionOf(obj);
    if (!transaction) return undefined;
    return { externalId, type: `${isGivenBack(transaction) ? 'refund' : 'payment'}.${transaction.state}`, body };
  }

  async interpret({ body }: Pick<SignedEvent, 'body'>): Promise<ProviderReport | undefined> {
    const obj = asRecord(parsed(body)?.obj);
    const transaction = obj && transactionOf(obj);
    if (!transaction || !this.isThroughOurs(transaction)) return undefined;
    const known = await this.known(transaction);
    if (isGivenBack(transaction))
      return reportOfRefund(await this.movementOf(transaction, known, parentOf(obj)), transaction);
    return known ? this.aboutKnown(transaction, known) : this.aboutUnknown(transaction, paymentIdOf(obj));
  }

  /** A test is not about money, nor is what comes through an integration of another system of the same account: each has its own number. */
  private isThroughOurs({ integrationId }: PaymobTransaction): boolean {
    return this.settings.paymob.integrationIds.map(String).includes(integrationId);
  }

  private aboutKnown(transaction: PaymobTransaction, { paymentId, movements }: Known): ProviderReport | undefined {
    const { id, state, isVoided, isRefunded } = transaction;
    if (state !== 'success' || !(isVoided || isRefunded)) return reportOf(transaction);
    // The refund or void itself tells what went back. Of money that is news, how much of it is still there must be asked.
    return movements.includes(id) ? undefined : { kind: 'ask', paymentId };
  }

  /** It can be told before the answer that names its order is stored: then our own id, which nobody signs, says whom to ask about. */
  private async aboutUnknown(
    transaction: PaymobTransaction,
    hint: string | undefined,
  ): Promise<ProviderReport | AttemptReport> {
    const named =
      hint === undefined
        ? null
        : await this.database.client.payment.findFirst({
            where: { id: hint, provider: 'PAYMOB', providerReference: null },
            select: { id: true },
          });
    return named ? { kind: 'ask', paymentId: named.id } : reportOf(transaction);
  }

  private async known({ orderId }: PaymobTransaction): Promise<Known | undefined> {
    const payment = await this.database.client.payment.findUnique({
      where: { provider_providerReference: { provider: 'PAYMOB', providerReference: orderId } },
      select: { id: true, transactionId: true, refunds: { select: { transactionId: true } } },
    });
    if (!payment) return undefined;
    const movements = [payment, ...payment.refunds].flatMap(({ transactionId }) => transactionId ?? []);
    return { paymentId: payment.id, movements };
  }

  /**
   * The movement of money that was given back. Its order is signed; which of the order's movements it was, if it was paid twice, is not. A
   * movement that nobody has told us of yet is waited for; another order's is not believed.
   */
  private async movementOf({ orderId }: PaymobTransaction, known: Known | undefined, hint?: string): Promise<string> {
    const movements = known?.movements ?? [];
    if (hint !== undefined && movements.includes(hint)) return hint;
    if (hint !== undefined && !(await this.isAnothers(hint))) return hint;
    return movements[0] ?? `order ${orderId}`;
  }

  private async isAnothers(transactionId: string): Promise<boolean> {
    const payment = await this.database.client.payment.findFirst({
      where: { provider: 'PAYMOB', OR: [{ transactionId }, { refunds: { some: { transactionId } } }] },
      select: { id: true },
    });
    return payment !== null;
  }
}

/** It follows a payment and is no capture of it: money that went back, or was to. */
function isGivenBack({ isChild, isCapture }: PaymobTransaction): boolean {
  return isChild && !isCapture;
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(body) as unknown);
  } catch {
    return undefined;
  }
}
