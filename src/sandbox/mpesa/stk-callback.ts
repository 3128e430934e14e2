import { randomUUID } from 'node:crypto';
import { compact } from './kenyan-time.js';
import type { Merchant } from './merchant.js';
import type { Payment, Push } from './store.js';

/** Tells the merchant's address what became of a push. Nothing signs it. */
export function tellOfPush({ callbacks, store }: Merchant, push: Push): void {
  const payment = push.receipt === null ? undefined : store.payments.get(push.receipt);
  callbacks.send({
    id: randomUUID(),
    about: push.id,
    url: push.callbackUrl,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Body: { stkCallback: callbackOf(push, payment) } }),
  });
}

/** The account reference does not come back, and a failure has no metadata at all. */
function callbackOf(push: Push, payment: Payment | undefined): object {
  const told = {
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.id,
    ResultCode: push.resultCode,
    ResultDesc: push.resultDesc,
  };
  return payment ? { ...told, CallbackMetadata: { Item: metadataOf(payment) } } : told;
}

function metadataOf({ id, amount, at, phone }: Payment): { Name: string; Value?: string | number }[] {
  return [
    { Name: 'Amount', Value: amount },
    { Name: 'MpesaReceiptNumber', Value: id },
    { Name: 'Balance' },
    { Name: 'TransactionDate', Value: Number(compact(at)) },
    { Name: 'PhoneNumber', Value: Number(phone) },
  ];
}
