import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Signs texts with a key made of a secret that is good for one purpose and nothing else. */
export class SignatureKey {
  private readonly key: Buffer;

  /** @param purpose such as `content url` */
  constructor(secret: string, purpose: string) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', `bursar ${purpose}`, 32));
  }

  sign(...parts: readonly string[]): string {
    return createHmac('sha256', this.key).update(JSON.stringify(parts)).digest('base64url');
  }

  isSigned(signature: string, ...parts: readonly string[]): boolean {
    const right = Buffer.from(this.sign(...parts));
    const given = Buffer.from(signature);
    return given.length === right.length && timingSafeEqual(given, right);
  }
}
