import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database } from '../../platform/database/index.js';
import type { Attempt, AttemptReport, Started } from '../ports/payment-strategy.js';
import { asText } from '../resilience/provider-http.js';
import { PaymobClient, unintelligible } from './paymob-client.js';
import { type PaymobTransaction, type ReadTransaction, readTransactionOf } from './paymob-transaction.js';
import { declineCode } from './paymob-words.js';

/** Where nothing is known, Paymob wants to be told so. */
const UNKNOWN = 'NA';
const UNKNOWN_EMAIL = 'unknown@example.com';
/** Nobody can pay in less. */
const LEAST_SECONDS = 60;
const TITLE_LENGTH = 50;

/** Attempts that are paid on Paymob's page: by card, wallet or at a kiosk, as its integrations offer. */
@Injectable()
export class PaymobIntentions {
  constructor(
    private readonly paymob: PaymobClient,
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Two of the same are two intentions: Paymob knows no key that makes them one. It is begun again only as long as no answer was heard, and
   * the page of an intention is in its answer alone: nobody was ever told the first one's, so nobody can pay twice.
   */
  async start(attempt: Attempt): Promise<Started> {
    const answer = await this.paymob.write('/v1/intention/', await this.intentionFor(attempt));
    const reference = asText(answer.intention_order_id);
    const clientSecret = asText(answer.client_secret);
    if (!reference || !clientSecret) throw unintelligible();
    const { apiUrl, publicKey } = this.settings.paymob;
    const query = new URLSearchParams({ publicKey, clientSecret });
    return { reference, redirectUrl: `${apiUrl}/unifiedcheckout/?${query.toString()}` };
  }

  /** By its order, or by our own id when the answer that names the order was never heard. */
  async lookUp({ reference, paymentId }: Pick<Attempt, 'reference' | 'paymentId'>): Promise<AttemptReport | undefined> {
    const asked = reference === null ? { merchant_order_id: paymentId } : { order_id: reference };
    const found = await this.read('/api/ecommerce/orders/transaction_inquiry', asked);
    if (!found) return reference === null ? undefined : { kind: 'attempt', outcome: 'open', reference };
    const isOurs = reference === null ? found.paymentId === paymentId : found.orderId === reference;
    if (!isOurs) throw unintelligible();
    // The latest of an order can be what was given back; what that followed is the payment.
    const payment = found.isChild && !found.isCapture ? await this.parentOf(found) : found;
    return reportOfRead(payment);
  }

  /** @returns undefined for one that Paymob does not know */
  async transaction(id: string): Promise<ReadTransaction | undefined> {
    const found = await this.read(`/api/acceptance/transactions/${encodeURIComponent(id)}`);
    if (found && found.id !== id) throw unintelligible();
    return found;
  }

  private async parentOf({ parent }: ReadTransaction): Promise<ReadTransaction> {
    const found = parent === undefined ? undefined : await this.transaction(parent);
    if (!found) throw unintelligible();
    return found;
  }

  private async read(path: string, body?: object): Promise<ReadTransaction | undefined> {
    const answer = await this.paymob.read(path, body);
    if (!answer) return undefined;
    const transaction = readTransactionOf(answer);
    if (!transaction) throw unintelligible();
    return transaction;
  }

  private async intentionFor({ paymentId, sessionId, userId, title, total, ...attempt }: Attempt): Promise<object> {
    const { integrationIds, callbackUrl } = this.settings.paymob;
    const user = await this.database.client.user.findUniqueOrThrow({
      where: { id: userId },
      select: { email: true, name: true },
    });
    const [firstName, ...lastNames] = user.name.trim().split(/\s+/);
    const amount = Number(total.minor);
    const seconds = Math.ceil((attempt.expiresAt.getTime() - this.clock.now().getTime()) / 1000);
    return {
      amount,
      currency: total.currency,
      payment_methods: integrationIds,
      items: [{ name: title.slice(0, TITLE_LENGTH), amount, description: title, quantity: 1 }],
      billing_data: {
        first_name: firstName || UNKNOWN,
        last_name: lastNames.join(' ') || UNKNOWN,
        email: user.email ?? UNKNOWN_EMAIL,
        phone_number: UNKNOWN,
      },
      special_reference: paymentId,
      extras: { paymentId, sessionId },
      expiration: Math.max(LEAST_SECONDS, seconds),
      notification_url: callbackUrl,
      // Paymob adds what became of it, and knows no names to put in; the session is found by our own id too.
      redirection_url: attempt.returnUrl.replaceAll('{CHECKOUT_SESSION_ID}', sessionId),
    };
  }
}

/**
 * How an attempt stands by one of its transactions. Declined is not the end of it: the page lets the buyer try again. Authorized is not paid;
 * its capture would be.
 */
export function reportOf(transaction: PaymobTransaction): AttemptReport {
  const { id, orderId: reference, amount: received, state } = transaction;
  const report = { kind: 'attempt', reference } as const;
  if (state === 'pending') return { ...report, outcome: 'processing' };
  if (state === 'declined' || transaction.isAuthorization || transaction.isVoided)
    return { ...report, outcome: 'open' };
  return { ...report, outcome: 'paid', transactionId: id, received, buyerCountry: countryOf(transaction) };
}

/** What was given back whole before we ever heard of it pays for nothing. */
function reportOfRead(transaction: ReadTransaction): AttemptReport {
  const { state, givenBack, amount, message } = transaction;
  const report = reportOf(transaction);
  if (report.outcome === 'paid' && givenBack >= amount.minor)
    return { kind: 'attempt', reference: transaction.orderId, outcome: 'open' };
  return state === 'declined' ? { ...report, reason: declineCode(message) } : report;
}

/** A card tells nothing of where its owner is; a wallet lives on an Egyptian number. */
function countryOf({ source }: PaymobTransaction): string | undefined {
  return source.type === 'wallet' && /^(\+?2)?01[0125]\d{8}$/.test(source.pan) ? 'EG' : undefined;
}
