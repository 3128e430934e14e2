import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { invalid, refused, required } from './errors.js';
import type { Merchant } from './merchant.js';

const tokenSeconds = 60 * 60;

/** Which of the two a call wants: the secret key itself, or a token for the API key. */
export type Credential = 'secret key' | 'token' | 'none';

export function authenticate(merchant: Merchant, headers: IncomingHttpHeaders, wanted: Credential): void {
  if (wanted === 'none') return;
  const scheme = wanted === 'token' ? 'Bearer' : 'Token';
  const [, value] = new RegExp(`^${scheme}\\s+(\\S+)$`).exec(headers.authorization ?? '') ?? [];
  if (value === undefined) throw refused(401, 'Authentication credentials were not provided.');
  if (wanted === 'secret key') {
    if (value !== merchant.keys.secretKey) throw refused(401, 'Invalid token.');
    return;
  }
  const token = merchant.store.tokens.find(value);
  if (!token) throw refused(401, 'Invalid token.');
  if (token.expiresAt <= merchant.now()) throw refused(401, 'Signature has expired.');
}

/** Exchanges the API key. */
export function issueToken(merchant: Merchant, apiKey: unknown): object {
  if (apiKey === undefined || apiKey === '') throw invalid({ api_key: [required] });
  if (apiKey !== merchant.keys.apiKey) throw refused(401, 'incorrect credentials');
  const token = randomBytes(96).toString('base64url');
  merchant.store.tokens.put({ id: token, expiresAt: merchant.in(tokenSeconds) });
  return { profile: { id: merchant.profileId, user: { id: merchant.ownerId }, active: true }, token };
}

/** What has been expired for another hour is forgotten. */
export function forgetOldTokens(merchant: Merchant): void {
  const { tokens } = merchant.store;
  const longAgo = merchant.in(-tokenSeconds);
  for (const { id } of tokens.filter(({ expiresAt }) => expiresAt < longAgo)) tokens.delete(id);
}
