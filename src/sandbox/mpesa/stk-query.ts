import { refusedByMpesa } from './errors.js';
import type { Fields } from './fields.js';
import type { Merchant } from './merchant.js';
import { passwordCheck } from './password.js';

/** `POST /mpesa/stkpushquery/v1/query`: what became of a push, without receipt and amount. */
export function queryPush(merchant: Merchant, fields: Fields): object {
  const checkPassword = passwordCheck(merchant, fields);
  const id = fields.text('CheckoutRequestID');
  checkPassword();
  const push = merchant.store.pushes.find(id);
  // The same code as for one that still rings.
  if (!push) throw refusedByMpesa('The transaction does not exist');
  const answer = (resultCode: string, resultDesc: string | null) => ({
    ResponseCode: '0',
    ResponseDescription: 'The service request has been accepted successfully',
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.id,
    ResultCode: resultCode,
    ResultDesc: resultDesc,
  });
  if (push.queriedAs) return answer(push.queriedAs.resultCode, push.queriedAs.resultDesc);
  if (push.resultCode !== null) return answer(String(push.resultCode), push.resultDesc);
  if (merchant.switches.pendingShape === '500') throw refusedByMpesa('The transaction is being processed');
  return answer('4999', 'The transaction is still under processing');
}
