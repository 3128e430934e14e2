import { onTheWall } from '../../platform/clock/index.js';
import type { MpesaAccess } from '../../platform/config/index.js';

/** What every request for a prompt carries: who asks, and the proof of it, which hangs on the moment by the clocks of Nairobi. */
export function pushCredentials({ shortcode, passkey }: MpesaAccess, now: Date): Record<string, string> {
  const Timestamp = onTheWall(now, 'Africa/Nairobi').toString({ smallestUnit: 'second' }).replace(/\D/g, '');
  const Password = Buffer.from(`${shortcode}${passkey}${Timestamp}`).toString('base64');
  return { BusinessShortCode: shortcode, Password, Timestamp };
}

interface Addresses {
  readonly ResultURL: string;
  readonly QueueTimeOutURL: string;
}

/** What stands behind the token in the address for requests that M-Pesa gives up. Nothing in what is posted there can be told from a failure. */
export const GIVEN_UP = '-late';

/** Where the outcome of a request comes to, and where it is told that M-Pesa has given it up. */
export function outcomeAddresses({ callbackUrl }: MpesaAccess, token: string): Addresses {
  const url = `${callbackUrl}/${token}`;
  return { ResultURL: url, QueueTimeOutURL: `${url}${GIVEN_UP}` };
}
