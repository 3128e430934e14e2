import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, CompactSign, compactVerify, decodeProtectedHeader, errors, exportJWK } from 'jose';
import type { Settings } from '../../platform/config/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { LicensingProblems } from '../licensing.problems.js';

/** Everybody knows it: what it signs proves nothing. */
const DEVELOPMENT_KEY = 'MC4CAQAwBQYDK2VwBCIEIMbrtM9ZKF4LS49J6bRxENJ42MKamgce5+an6aAlJ+8t';

const ALGORITHM = 'EdDSA';

/** What is signed: one is never taken for the other. */
export type TokenType = 'bursar-license-key' | 'bursar-license-file';

export type TokenFlaw = 'MALFORMED' | 'BAD_SIGNATURE';

/** What a token of ours says, or what is wrong with it. */
export type ReadToken = { readonly says: unknown; readonly flaw?: undefined } | { readonly flaw: TokenFlaw };

/** A public key, as a JSON Web Key Set (RFC 7517) has it. */
export interface PublishedKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly alg: string;
  readonly use: string;
  readonly kid: string;
}

interface SigningKey {
  readonly secret: KeyObject;
  readonly open: KeyObject;
  readonly published: PublishedKey;
}

/** What licences are signed with: the newest of the keys signs, and all of them prove what they have signed. */
export class SigningKeys {
  private constructor(private readonly keys: readonly SigningKey[]) {}

  static async from({
    LICENSE_SIGNING_KEYS: given,
    NODE_ENV,
  }: Pick<Settings, 'LICENSE_SIGNING_KEYS' | 'NODE_ENV'>): Promise<SigningKeys> {
    const texts = given.length > 0 || NODE_ENV === 'production' ? given : [DEVELOPMENT_KEY];
    return new SigningKeys(await Promise.all(texts.map(readKey)));
  }

  /** The public keys, newest first. */
  get published(): PublishedKey[] {
    return this.keys.map(({ published }) => published);
  }

  /** @throws LicensingProblems.notOffered when there is none to sign with */
  require(): SigningKey {
    const [newest] = this.keys;
    if (!newest) throw new DomainError(LicensingProblems.notOffered);
    return newest;
  }

  /** The same is signed the same way every time, while the key is the same. @throws LicensingProblems.notOffered */
  async sign(says: object, typ: TokenType): Promise<string> {
    const { secret, published } = this.require();
    return new CompactSign(Buffer.from(JSON.stringify(says)))
      .setProtectedHeader({ alg: ALGORITHM, kid: published.kid, typ })
      .sign(secret);
  }

  async read(token: string, typ: TokenType): Promise<ReadToken> {
    const header = headerOf(token);
    if (header?.alg !== ALGORITHM || header.typ !== typ) return { flaw: 'MALFORMED' };
    const key = this.keys.find(({ published }) => published.kid === header.kid);
    if (!key) return { flaw: 'BAD_SIGNATURE' };
    try {
      const { payload } = await compactVerify(token, key.open, { algorithms: [ALGORITHM] });
      return { says: JSON.parse(Buffer.from(payload).toString()) };
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) return { flaw: 'BAD_SIGNATURE' };
      if (error instanceof errors.JOSEError) return { flaw: 'MALFORMED' };
      throw error;
    }
  }
}

async function readKey(pkcs8: string): Promise<SigningKey> {
  const secret = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
  const open = createPublicKey(secret);
  const { kty, crv, x } = await exportJWK(open);
  if (kty === undefined || crv === undefined || x === undefined) throw new Error('not an Ed25519 key');
  // A key is known by what it is (RFC 7638), so that nobody has to name it.
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  return { secret, open, published: { kty, crv, x, alg: ALGORITHM, use: 'sig', kid } };
}

/** Undefined unless it is written in the one way that base64url has for its bytes: else bits that nothing proves could be changed unseen. */
function headerOf(token: string): { alg?: unknown; typ?: unknown; kid?: unknown } | undefined {
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every(isCanonical)) return undefined;
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}

function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
