import { refusedByMpesa } from './errors.js';
import type { Fields } from './fields.js';
import { checkoutRequestId, requestId } from './ids.js';
import type { Merchant } from './merchant.js';
import { passwordCheck } from './password.js';
import { refusePush } from './ringing.js';

const ruleMilliseconds = 2 * 60_000;
const accepted = 'Success. Request accepted for processing';

/** `POST /mpesa/stkpush/v1/processrequest`: lets a phone ring. That it is accepted says nothing of whether it will be paid. */
export function pushToPhone(merchant: Merchant, fields: Fields): object {
  const checkPassword = passwordCheck(merchant, fields);
  fields.oneOf('TransactionType', ['CustomerPayBillOnline', 'CustomerBuyGoodsOnline']);
  const amount = fields.amount(1, 250_000);
  fields.phone('PartyA', 'PhoneNumber');
  fields.shortcode('PartyB');
  const phone = fields.phone('PhoneNumber');
  const callbackUrl = fields.url('CallBackURL');
  const accountReference = fields.text('AccountReference');
  // Called optional, and refused under another name when it is left out.
  const description = fields.text('TransactionDesc', /^/, 'Remarks');
  checkPassword();

  const { pushes, payments } = merchant.store;
  if (pushes.filter((push) => push.status === 'ringing' && push.phone === phone).length > 0) {
    throw refusedByMpesa('Unable to lock subscriber, a transaction is already in process for the current subscriber');
  }
  const at = merchant.time();
  const push = pushes.put({
    id: checkoutRequestId(at, phone, (id) => pushes.find(id) !== undefined),
    merchantRequestId: requestId(),
    phone,
    amount,
    accountReference,
    description,
    status: 'ringing',
    resultCode: null,
    resultDesc: null,
    receipt: null,
    callbackUrl,
    at,
    queriedAs: null,
  });
  const since = at.getTime() - ruleMilliseconds;
  const isRepeated = payments.all().some((paid) => {
    return paid.phone === phone && paid.amount === amount && paid.at.getTime() > since;
  });
  if (isRepeated) refusePush(merchant, push.id, 17);
  return {
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.id,
    ResponseCode: '0',
    ResponseDescription: accepted,
    CustomerMessage: accepted,
  };
}
