import { conversationId, receipt } from './ids.js';
import type { Merchant } from './merchant.js';
import { type ResultCode, wordsFor } from './result-codes.js';
import { tellOfPush } from './stk-callback.js';
import type { Push } from './store.js';

/** After these the money may have been taken all the same. */
const undecided: ResultCode[] = [1019, 1037];

/** The right PIN was typed in time. */
export function payPush(merchant: Merchant, id: string): Push {
  const push = takePayment(merchant, ringingPush(merchant, id));
  tellOfPush(merchant, push);
  return push;
}

/** It was paid, and the merchant is not told. */
export function payPushSilently(merchant: Merchant, id: string): Push {
  return takePayment(merchant, ringingPush(merchant, id));
}

/** It was paid after all, though the merchant was told that nobody did: told a second time. */
export function payPushLate(merchant: Merchant, id: string): Push {
  const push = merchant.store.pushes.get(id);
  if (push.status !== 'failed' || push.resultCode === null || !undecided.includes(push.resultCode)) {
    throw new Error(`The push ${id} ended with ${push.resultCode ?? 'nothing yet'}: only 1019 and 1037 are paid late.`);
  }
  const paid = takePayment(merchant, push);
  tellOfPush(merchant, paid);
  return paid;
}

export function refusePush(merchant: Merchant, id: string, code: ResultCode, words = wordsFor(code)): Push {
  if (Number(code) === 0) throw new Error('A push that fails needs another code than 0.');
  const { pushes } = merchant.store;
  const push = pushes.update(ringingPush(merchant, id).id, { status: 'failed', resultCode: code, resultDesc: words });
  tellOfPush(merchant, push);
  return push;
}

/** Gives up on phones that nobody has answered. */
export function ringOut(merchant: Merchant): void {
  const { store, settings } = merchant;
  const since = merchant.time().getTime() - settings.ringSeconds * 1000;
  const over = store.pushes.filter(({ status, at }) => status === 'ringing' && at.getTime() <= since);
  for (const { id } of over) refusePush(merchant, id, 1037);
}

function ringingPush({ store }: Merchant, id: string): Push {
  const push = store.pushes.get(id);
  if (push.status !== 'ringing') throw new Error(`The push ${id} is ${push.status}, so the phone does not ring.`);
  return push;
}

function takePayment(merchant: Merchant, push: Push): Push {
  const { payments, pushes } = merchant.store;
  const at = merchant.time();
  const { id } = payments.put({
    id: receipt(at),
    at,
    phone: push.phone,
    amount: push.amount,
    reversed: 0,
    accountReference: push.accountReference,
    merchantRequestId: push.merchantRequestId,
    conversationId: conversationId(at),
  });
  return pushes.update(push.id, { status: 'paid', resultCode: 0, resultDesc: wordsFor(0), receipt: id });
}
