import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { calendarDay, dayFirst, receiptDay } from './kenyan-time.js';

const receiptAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Such as `f1e2-4b95-a71d-b30d3cdbb7a7942864`: of requests, MerchantRequestIDs and OriginatorConversationIDs alike. */
export function requestId(): string {
  return randomUUID().slice(9) + String(randomInt(100_000, 10_000_000));
}

/** Such as `AG_20240706_2010364430d9bbdaf872`. */
export function conversationId(at: Date): string {
  return `AG_${calendarDay(at)}_2010${randomBytes(8).toString('hex')}`;
}

/** Such as `ws_CO_21072024125243250722943992`: the moment, and the phone without its country. */
export function checkoutRequestId(at: Date, phone: string, isTaken: (id: string) => boolean): string {
  for (let later = 0; ; later += 1) {
    // Two within a millisecond must differ all the same.
    const id = `ws_CO_${dayFirst(new Date(at.getTime() + later))}${phone.slice(-9)}`;
    if (!isTaken(id)) return id;
  }
}

/** Such as `SG632NMUAB`. */
export function receipt(at: Date): string {
  return receiptDay(at) + Array.from(randomBytes(7), (byte) => receiptAlphabet[byte % receiptAlphabet.length]).join('');
}

/** Stands where a receipt would, when there was no transaction. */
export function noReceipt(at: Date): string {
  return `${receiptDay(at)}0000000`;
}
