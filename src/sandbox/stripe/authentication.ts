import type { IncomingHttpHeaders } from 'node:http';
import { invalidRequest, notInSandbox, type StripeApiError } from './errors.js';

export interface ApiKeys {
  secretKey: string;
  publishableKey?: string;
}

/** Bearer as the SDKs send it, or the user name of Basic as `curl -u sk_test_…:` does. */
export function authenticate(
  headers: IncomingHttpHeaders,
  keys: ApiKeys,
  isConnected: (account: string) => boolean,
): void {
  const key = keyFrom(headers.authorization ?? '');
  if (key === keys.secretKey) return checkAccount(headers['stripe-account'], isConnected, masked(key));
  if (key === undefined || key === '') throw refused(noKey);
  if (key === keys.publishableKey) throw refused(publishable, 'secret_key_required');
  throw refused(`Invalid API Key provided: ${masked(key)}`);
}

const noKey =
  'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth ' +
  "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we " +
  'can help at https://support.stripe.com/.';

const publishable =
  'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your ' +
  'API keys at https://dashboard.stripe.com/account/apikeys.';

/** Nothing is done on behalf of connected accounts: better refused than done on the platform's own. */
function checkAccount(
  account: string | string[] | undefined,
  isConnected: (account: string) => boolean,
  shownKey: string,
): void {
  if (account === undefined) return;
  if (isConnected(String(account))) throw notInSandbox('calls on behalf of a connected account');
  throw noAccess(String(account), shownKey);
}

/** Stripe does not tell whether an account that is not connected exists. */
export function noAccess(account: string, shownKey: string): StripeApiError {
  const message =
    `The provided key '${shownKey}' does not have access to account '${account}' (or that account does not exist). ` +
    'Application access may have been revoked.';
  return invalidRequest(message, { status: 403, code: 'account_invalid' });
}

function keyFrom(authorization: string): string | undefined {
  const [, scheme = '', value = ''] = /^(Bearer|Basic)\s+(.*)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  return scheme === '' ? undefined : Buffer.from(value, 'base64').toString('utf8').split(':')[0];
}

function refused(message: string, code?: string): Error {
  return invalidRequest(message, { status: 401, code });
}

function masked(key: string): string {
  return `${key.slice(0, 8)}${'*'.repeat(Math.max(0, key.length - 12))}${key.slice(8).slice(-4)}`;
}
