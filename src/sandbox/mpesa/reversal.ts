import { acceptance, conclude, failure, open, type Opening, type Outcome, references } from './conversations.js';
import { invalid } from './errors.js';
import type { Fields } from './fields.js';
import { conversationId, receipt, requestId } from './ids.js';
import { compact } from './kenyan-time.js';
import { type Merchant, merchantName, personName } from './merchant.js';
import type { Payment, Reversal } from './store.js';

/** `POST /mpesa/reversal/v1/request`: gives a payment back, or a part of it. Payouts cannot be taken back. */
export function requestReversal(merchant: Merchant, fields: Fields): object {
  fields.oneOf('CommandID', ['TransactionReversal']);
  const originalReceipt = fields.text('TransactionID');
  const amount = fields.amount(1, 250_000);
  if (fields.shortcode('ReceiverParty') !== merchant.settings.shortcode) throw invalid('ReceiverParty');
  // So spelt by Safaricom.
  fields.oneOf('RecieverIdentifierType', ['11']);
  fields.text('Remarks', /^.{2,100}$/s);
  const opening = open(merchant, fields, 'Initiator');

  const { payments, reversals } = merchant.store;
  let own: string | null = null;
  const concluded = conclude(merchant, 'reversal', opening, () => {
    const payment = payments.find(originalReceipt);
    if (!payment) return failure('reversal', opening, 'R000002');
    const left = payment.amount - payment.reversed;
    if (left === 0) return failure('reversal', opening, 'R000001');
    if (amount > left) return failure('reversal', opening, 1);
    own = giveBack(merchant, payment, amount);
    return success(merchant, opening, { payment, amount, own, occasion: fields.find('Occasion') });
  });
  const { id, originatorConversationId, at } = opening;
  const phone = payments.find(originalReceipt)?.phone ?? '';
  const told = { id, originatorConversationId, at, amount, phone, originalReceipt, byHand: false };
  reversals.put({ ...told, ...concluded, receipt: own });
  return acceptance(opening);
}

/** A person has reversed what is left of a payment on the merchant's portal: nobody is told. */
export function reverseByHand(merchant: Merchant, originalReceipt: string): Reversal {
  const payment = merchant.store.payments.get(originalReceipt);
  const amount = payment.amount - payment.reversed;
  if (amount === 0) throw new Error(`All of ${originalReceipt} was given back already.`);
  const at = merchant.time();
  return merchant.store.reversals.put({
    id: conversationId(at),
    originatorConversationId: requestId(),
    at,
    amount,
    phone: payment.phone,
    originalReceipt,
    byHand: true,
    status: 'done',
    resultCode: 0,
    receipt: giveBack(merchant, payment, amount),
    endedIn: 'silence',
  });
}

/** Returns the receipt of the reversal. */
function giveBack(merchant: Merchant, payment: Payment, amount: number): string {
  merchant.store.payments.update(payment.id, { reversed: payment.reversed + amount });
  return receipt(merchant.time());
}

function success(
  merchant: Merchant,
  { at }: Opening,
  { payment, amount, own, occasion }: { payment: Payment; amount: number; own: string; occasion: string | undefined },
): Outcome {
  const till = merchant.store.till.toFixed(2);
  return {
    resultCode: 0,
    transactionId: own,
    parameters: [
      { Key: 'DebitAccountBalance', Value: `Utility Account|KES|${till}|${till}|0.00|0.00` },
      { Key: 'Amount', Value: amount },
      { Key: 'TransCompletedTime', Value: Number(compact(at)) },
      { Key: 'OriginalTransactionID', Value: payment.id },
      { Key: 'Charge', Value: 0 },
      { Key: 'CreditPartyPublicName', Value: personName(payment.phone) },
      { Key: 'DebitPartyPublicName', Value: merchantName(merchant) },
    ],
    reference: references('Occasion', occasion),
  };
}
