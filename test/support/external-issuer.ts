import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type CryptoKey, SignJWT } from 'jose';

interface IssuerKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

interface TokenOptions {
  readonly kid?: string;
  /** Signs with a key that is not the published one of this `kid`. */
  readonly privateKey?: CryptoKey;
  /** Seconds from now. */
  readonly expiresIn?: number | null;
}

/** A stand-in for Clerk, Keycloak and the like: publishes its keys over HTTP and signs tokens with them. */
export class ExternalIssuer {
  readonly issuer = 'https://people.example.test';
  readonly audience = 'bursar-at-example';
  /** How it answers for its keys: `down` drops the connection. */
  mode: 'up' | 'down' | 'failing' = 'up';
  requests = 0;
  private readonly keys = new Map<string, IssuerKey>();
  private readonly server: Server;

  private constructor(private readonly now: () => Date) {
    this.server = createServer((_request, response) => {
      this.requests += 1;
      if (this.mode === 'down') return void response.destroy();
      response.writeHead(this.mode === 'failing' ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: [...this.keys.values()].map((key) => key.jwk) }));
    });
  }

  static async start(now: () => Date = () => new Date()): Promise<ExternalIssuer> {
    const issuer = new ExternalIssuer(now);
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    await issuer.addKey('first');
    return issuer;
  }

  get settings(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      AUTH_JWKS_URL: `http://127.0.0.1:${port}/jwks.json`,
      AUTH_ISSUER: this.issuer,
      AUTH_AUDIENCE: this.audience,
    };
  }

  async addKey(kid: string, alg = 'RS256'): Promise<IssuerKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const key = { alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
    this.keys.set(kid, key);
    return key;
  }

  key(kid: string): IssuerKey {
    const key = this.keys.get(kid);
    if (!key) throw new Error(`There is no key ${kid}`);
    return key;
  }

  removeKey(kid: string): void {
    this.keys.delete(kid);
  }

  /** A token that is right in everything but what the claims and options say. */
  async token(claims: Record<string, unknown>, options: TokenOptions = {}): Promise<string> {
    const { kid = 'first', expiresIn = 300, privateKey } = options;
    const iat = Math.floor(this.now().getTime() / 1000);
    const alg = this.keys.get(kid)?.alg ?? 'RS256';
    const exp = expiresIn === null ? {} : { exp: iat + expiresIn };
    return new SignJWT({ iss: this.issuer, aud: this.audience, iat, ...exp, ...claims })
      .setProtectedHeader({ alg, kid, typ: 'JWT' })
      .sign(privateKey ?? this.key(kid).privateKey);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
