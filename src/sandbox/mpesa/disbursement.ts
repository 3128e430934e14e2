import { acceptance, conclude, failure, open, type Opening, type Outcome, references } from './conversations.js';
import { DarajaError, invalid } from './errors.js';
import type { Fields } from './fields.js';
import { receipt } from './ids.js';
import { dotted } from './kenyan-time.js';
import { type Merchant, personName } from './merchant.js';

const commands = ['BusinessPayment', 'SalaryPayment', 'PromotionPayment'];

/** `POST /mpesa/b2c/v3/paymentrequest`: pays to a phone. An OriginatorConversationID is taken once, whatever became of it. */
export function payOut(merchant: Merchant, fields: Fields): object {
  const { store, settings } = merchant;
  const originatorConversationId = fields.text('OriginatorConversationID');
  const commandId = fields.oneOf('CommandID', commands);
  const amount = fields.amount(10, 250_000);
  if (fields.shortcode('PartyA') !== settings.shortcode) throw invalid('PartyA');
  const phone = fields.phone('PartyB');
  const remarks = fields.text('Remarks', /^.{2,100}$/s);
  const opening = { ...open(merchant, fields, 'InitiatorName'), originatorConversationId };
  if (store.disbursements.all().some((known) => known.originatorConversationId === originatorConversationId)) {
    throw new DarajaError(500, '500.002.1001', 'Duplicate OriginatorConversationID.');
  }

  let own: string | null = null;
  const concluded = conclude(merchant, 'b2c', opening, () => {
    if (amount > store.utility) return failure('b2c', opening, 1);
    store.utility -= amount;
    own = receipt(opening.at);
    return success(merchant, opening, { phone, amount, own, occasion: fields.find('Occassion') });
  });
  const { id, at } = opening;
  const told = { id, originatorConversationId, at, amount, phone, commandId, remarks };
  store.disbursements.put({ ...told, ...concluded, receipt: own });
  return acceptance(opening);
}

function success(
  { store }: Merchant,
  { at }: Opening,
  { phone, amount, own, occasion }: { phone: string; amount: number; own: string; occasion: string | undefined },
): Outcome {
  return {
    resultCode: 0,
    transactionId: own,
    parameters: [
      { Key: 'TransactionAmount', Value: amount },
      { Key: 'TransactionReceipt', Value: own },
      { Key: 'ReceiverPartyPublicName', Value: personName(phone) },
      { Key: 'TransactionCompletedDateTime', Value: dotted(at) },
      { Key: 'B2CUtilityAccountAvailableFunds', Value: store.utility },
      { Key: 'B2CWorkingAccountAvailableFunds', Value: 0 },
      { Key: 'B2CRecipientIsRegisteredCustomer', Value: 'Y' },
      { Key: 'B2CChargesPaidAccountAvailableFunds', Value: 0 },
    ],
    // With one s more than elsewhere.
    reference: references('Occassion', occasion),
  };
}
