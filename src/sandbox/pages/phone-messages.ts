import { dotted } from '../mpesa/kenyan-time.js';
import { shillings } from '../mpesa/shillings.js';
import type { MpesaStandIn } from '../mpesa/stand-in.js';

/** One line in the history of a phone. */
export interface PhoneMessage {
  at: Date;
  text: string;
}

/** What a phone was told, newest first: as M-Pesa's messages tell it, and what became of nothing. */
export function messagesTo(mpesa: MpesaStandIn, phone: string): PhoneMessage[] {
  const own = <T extends { phone: string }>(things: T[]) => things.filter((thing) => thing.phone === phone);
  const done = <T extends { status: string }>(things: T[]) => things.filter(({ status }) => status === 'done');
  const shop = mpesa.settings.shortcode;
  const messages = [
    ...own(mpesa.payments()).map(({ id, at, amount, accountReference }) => ({
      at,
      text: `${id} Confirmed. ${shillings(amount)} sent to ${shop} for account ${accountReference} on ${dotted(at)}.`,
    })),
    ...done(own(mpesa.reversals())).map(({ receipt, at, amount, originalReceipt }) => ({
      at,
      text: `${receipt} Confirmed. ${shillings(amount)} of ${originalReceipt} came back on ${dotted(at)}.`,
    })),
    ...done(own(mpesa.disbursements())).map(({ receipt, at, amount }) => ({
      at,
      text: `${receipt} Confirmed. You have received ${shillings(amount)} from ${shop} on ${dotted(at)}.`,
    })),
    ...own(mpesa.pushes())
      .filter(({ status }) => status === 'failed')
      .map(({ at, amount, resultCode, resultDesc }) => ({
        at,
        text: `${shillings(amount)} to ${shop} not paid on ${dotted(at)}: ${resultDesc} (${resultCode})`,
      })),
  ];
  return messages.reverse().sort((one, other) => other.at.getTime() - one.at.getTime());
}
