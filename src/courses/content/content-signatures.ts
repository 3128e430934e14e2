import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { SignatureKey } from '../../platform/signing/index.js';

/** Signs addresses of files, and the cookie that says whose browser it is, with keys that are good for nothing else. */
@Injectable()
export class ContentSignatures {
  private readonly keys: Record<'url' | 'cookie', SignatureKey>;

  constructor(
    { JWT_SECRET: secret }: Settings,
    private readonly clock: Clock,
  ) {
    this.keys = { url: new SignatureKey(secret, 'content url'), cookie: new SignatureKey(secret, 'content cookie') };
  }

  sign(purpose: 'url' | 'cookie', ...parts: readonly string[]): string {
    return this.keys[purpose].sign(...parts);
  }

  isSigned(purpose: 'url' | 'cookie', signature: string, ...parts: readonly string[]): boolean {
    return this.keys[purpose].isSigned(signature, ...parts);
  }

  /** Of a moment in whole seconds, as a signature was made over. */
  isOver(expires: string): boolean {
    return this.clock.now().getTime() >= Number(expires) * 1000;
  }
}
