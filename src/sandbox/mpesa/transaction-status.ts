import { acceptance, conclude, failure, open, type Opening, type Outcome, type Parameter } from './conversations.js';
import { invalid } from './errors.js';
import type { Fields } from './fields.js';
import { noReceipt } from './ids.js';
import { compact } from './kenyan-time.js';
import { type Merchant, merchantName, personName } from './merchant.js';
import type { Disbursement, Payment, Reversal } from './store.js';

/** Money that has moved, whichever way. */
interface Movement {
  receipt: string;
  originatorConversationId: string;
  conversationId: string;
  at: Date;
  amount: number;
  from: string;
  to: string;
  reason: string;
  account: string;
}

/** `POST /mpesa/transactionstatus/v1/query`: finds what was done, by its receipt or by the conversation that led to it. */
export function queryTransaction(merchant: Merchant, fields: Fields): object {
  fields.oneOf('CommandID', ['TransactionStatusQuery']);
  const wantedReceipt = fields.find('TransactionID');
  const wantedConversation = fields.find('OriginalConversationID');
  if (wantedReceipt === undefined && wantedConversation === undefined) throw invalid('TransactionID');
  if (fields.shortcode('PartyA') !== merchant.settings.shortcode) throw invalid('PartyA');
  fields.oneOf('IdentifierType', ['4']);
  fields.text('Remarks', /^.{2,100}$/s);
  const opening = open(merchant, fields, 'Initiator');
  conclude(merchant, 'status', opening, () => {
    const found = movements(merchant).find(({ receipt, originatorConversationId, conversationId }) =>
      wantedReceipt === undefined
        ? [originatorConversationId, conversationId].includes(wantedConversation ?? '')
        : receipt === wantedReceipt,
    );
    return found ? success(opening, found, fields.find('Occasion')) : failure('status', opening, 2032);
  });
  return acceptance(opening);
}

/** The debtor twice, and never a creditor; amount and times as text; keys without a value. */
function success({ at }: Opening, movement: Movement, occasion: string | undefined): Outcome {
  const parameters: Parameter[] = [
    { Key: 'DebitPartyName', Value: movement.from },
    { Key: 'DebitPartyName', Value: movement.to },
    { Key: 'OriginatorConversationID', Value: movement.originatorConversationId },
    { Key: 'InitiatedTime', Value: compact(movement.at) },
    { Key: 'DebitAccountType', Value: movement.account },
    { Key: 'DebitPartyCharges' },
    { Key: 'TransactionReason' },
    { Key: 'ReasonType', Value: movement.reason },
    { Key: 'TransactionStatus', Value: 'Completed' },
    { Key: 'FinalisedTime', Value: compact(movement.at) },
    { Key: 'Amount', Value: String(movement.amount) },
    { Key: 'ConversationID', Value: movement.conversationId },
    { Key: 'ReceiptNo', Value: movement.receipt },
  ];
  const reference = { Key: 'Occasion', ...(occasion !== undefined && { Value: occasion }) };
  return { resultCode: 0, transactionId: noReceipt(at), parameters, reference };
}

function movements(merchant: Merchant): Movement[] {
  const { payments, reversals, disbursements } = merchant.store;
  const us = merchantName(merchant);
  const payment = ({ id, at, amount, phone, merchantRequestId, conversationId }: Payment): Movement => ({
    receipt: id,
    originatorConversationId: merchantRequestId,
    conversationId,
    at,
    amount,
    from: personName(phone),
    to: us,
    reason: 'Pay Bill Online',
    account: 'MMF Account For Customer',
  });
  const conversation = (reason: string) => (done: Reversal | Disbursement) => ({
    receipt: done.receipt ?? '',
    originatorConversationId: done.originatorConversationId,
    conversationId: done.id,
    at: done.at,
    amount: done.amount,
    from: us,
    to: personName(done.phone),
    reason,
    account: 'Utility Account',
  });
  const isDone = ({ status }: Reversal | Disbursement) => status === 'done';
  return [
    ...payments.all().map(payment),
    ...reversals.filter(isDone).map(conversation('Transaction Reversal via API')),
    ...disbursements.filter(isDone).map(conversation('Business Payment to Customer via API')),
  ];
}
