import { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type CryptoKey,
  customFetch,
  decodeProtectedHeader,
  errors,
  type FetchImplementation,
  type JWSHeaderParameters,
  type RemoteJWKSet,
} from 'jose';
import type { StrategyOptions } from 'passport-jwt';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';

/** Asymmetric only: were HS256 among them, anyone could sign with the public key as the secret. */
export const externalAlgorithms: NonNullable<StrategyOptions['algorithms']> = [
  ...(['RS256', 'RS384', 'RS512'] as const),
  ...(['PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512'] as const),
];

const FETCH_TIMEOUT_MS = 3_000;
/** An unknown key makes us look again, but not more often than this, whatever keys callers invent. */
const LOOK_AGAIN_AFTER_MS = 30_000;
const KEYS_FRESH_FOR_MS = 600_000;
const REST_AFTER_FAILURE_SECONDS = 10;

/** The public keys of the external issuer, fetched from its JWKS address when first needed and kept. */
@Injectable()
export class ExternalKeys {
  private readonly remote?: RemoteJWKSet;
  private readonly pems = new WeakMap<CryptoKey, string>();
  private restUntil = new Date(0);

  constructor(
    settings: Settings,
    private readonly clock: Clock,
  ) {
    if (!settings.AUTH_JWKS_URL) return;
    this.remote = createRemoteJWKSet(new URL(settings.AUTH_JWKS_URL), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cooldownDuration: LOOK_AGAIN_AFTER_MS,
      cacheMaxAge: KEYS_FRESH_FOR_MS,
      [customFetch]: (url, options) => this.fetch(url, options),
    });
  }

  /** The key that must have signed this token, as PEM. @throws when there is none, or none can be had. */
  async find(token: string): Promise<string> {
    if (!this.remote) throw new Error('There is no external issuer');
    const header = decodeProtectedHeader(token);
    // Before anything is fetched: our own expired tokens come past here too.
    if (!externalAlgorithms.some((algorithm) => algorithm === header.alg)) throw new Error('Unsupported algorithm');
    const key = await this.choose(this.remote, header);
    const pem = this.pems.get(key) ?? KeyObject.from(key).export({ type: 'spki', format: 'pem' }).toString();
    this.pems.set(key, pem);
    return pem;
  }

  private async choose(remote: RemoteJWKSet, header: JWSHeaderParameters): Promise<CryptoKey> {
    try {
      return await remote(header);
    } catch (error) {
      const known = remote.jwks();
      if (!known || error instanceof errors.JWKSNoMatchingKey) throw error;
      // The issuer cannot be reached: the keys that it gave last go on working until it can.
      return createLocalJWKSet(known)(header);
    }
  }

  /** After a failure it rests a little: while the issuer is down, requests must not each wait for the timeout. */
  private readonly fetch: FetchImplementation = async (url, options) => {
    if (this.clock.now() < this.restUntil) throw new Error('The external issuer could not be reached just now');
    const rest = () => {
      this.restUntil = this.clock.in(REST_AFTER_FAILURE_SECONDS);
    };
    try {
      const response = await fetch(url, options);
      if (!response.ok) rest();
      return response;
    } catch (error) {
      rest();
      throw error;
    }
  };
}
