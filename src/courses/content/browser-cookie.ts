import { Injectable } from '@nestjs/common';
import type { CookieOptions } from 'express';
import { ContentSignatures } from './content-signatures.js';

const NAME = 'bursar_content';

/**
 * Whose browser it is. A player fetches a file without our headers, and an address alone would be good for anybody who it is sent on to. The
 * cookie is sent to files only, and opens nothing without an address that was made for the same person.
 */
@Injectable()
export class BrowserCookie {
  constructor(private readonly signatures: ContentSignatures) {}

  make(userId: string, expiresAt: Date, secure: boolean): [name: string, value: string, options: CookieOptions] {
    const expires = String(expiresAt.getTime() / 1000);
    const value = `${userId}.${expires}.${this.signatures.sign('cookie', userId, expires)}`;
    return [NAME, value, { path: '/api/content', httpOnly: true, sameSite: 'lax', secure, expires: expiresAt }];
  }

  /** Whose it is by the request's `Cookie`; undefined when it does not say, or not truly. */
  read(header = ''): string | undefined {
    const cookie = header.split(';').find((one) => one.trim().startsWith(`${NAME}=`));
    const [userId = '', expires = '', signature = ''] =
      cookie
        ?.trim()
        .slice(NAME.length + 1)
        .split('.') ?? [];
    if (!this.signatures.isSigned('cookie', signature, userId, expires) || this.signatures.isOver(expires))
      return undefined;
    return userId;
  }
}
