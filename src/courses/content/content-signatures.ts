import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';

/** Signs addresses of files, and the cookie that says whose browser it is, with keys that are good for nothing else. */
@Injectable()
export class ContentSignatures {
  private readonly keys: Record<'url' | 'cookie', Buffer>;

  constructor(
    { JWT_SECRET: secret }: Settings,
    private readonly clock: Clock,
  ) {
    const key = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `bursar content ${purpose}`, 32));
    this.keys = { url: key('url'), cookie: key('cookie') };
  }

  sign(purpose: 'url' | 'cookie', ...parts: readonly string[]): string {
    return createHmac('sha256', this.keys[purpose]).update(JSON.stringify(parts)).digest('base64url');
  }

  isSigned(purpose: 'url' | 'cookie', signature: string, ...parts: readonly string[]): boolean {
    const right = Buffer.from(this.sign(purpose, ...parts));
    const given = Buffer.from(signature);
    return given.length === right.length && timingSafeEqual(given, right);
  }

  /** Of a moment in whole seconds, as a signature was made over. */
  isOver(expires: string): boolean {
    return this.clock.now().getTime() >= Number(expires) * 1000;
  }
}
