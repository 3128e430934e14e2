import { randomBytes } from 'node:crypto';
import type { Answer } from '../common/mischief.js';
import { DarajaError, RawBody } from './errors.js';
import type { Merchant } from './merchant.js';

const validSeconds = 3599;

/** Who is not known gets a 400 and not a word. */
export function giveToken(merchant: Merchant, authorization: string, grantType: unknown): Answer {
  const { consumerKey, consumerSecret } = merchant.settings;
  const [, encoded = ''] = /^Basic\s+(.*)$/i.exec(authorization) ?? [];
  if (Buffer.from(encoded, 'base64').toString('utf8') !== `${consumerKey}:${consumerSecret}`) {
    return { status: 400, body: new RawBody('', 'application/json') };
  }
  if (grantType !== 'client_credentials') throw new DarajaError(400, '400.008.02', 'Invalid grant type passed');
  forgetOldTokens(merchant);
  const at = new Date(merchant.time().getTime() + validSeconds * 1000);
  const token = merchant.store.tokens.put({ id: randomBytes(21).toString('base64url'), at });
  return { status: 200, body: { access_token: token.id, expires_in: String(validSeconds) } };
}

export function checkToken(merchant: Merchant, authorization: string): void {
  const [, id = ''] = /^Bearer\s+(.*)$/i.exec(authorization) ?? [];
  const token = merchant.store.tokens.find(id);
  if (!token || token.at <= merchant.time()) throw new DarajaError(404, '404.001.03', 'Invalid Access Token');
}

function forgetOldTokens(merchant: Merchant): void {
  const { tokens } = merchant.store;
  for (const { id } of tokens.filter(({ at }) => at <= merchant.time())) tokens.delete(id);
}

/** From now on none of the tokens is taken, whatever they said of their time. */
export function revokeTokens({ store }: Merchant): void {
  for (const { id } of store.tokens.all()) store.tokens.delete(id);
}
