import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { ContentProblems } from './content.problems.js';
import { ContentSignatures } from './content-signatures.js';

/** What an address says: which file of which lecture it is for, for whom, and until when. */
export interface ContentAddress {
  readonly lectureId: string;
  readonly userId: string;
  readonly storageKey: string;
}

/** Addresses of files: signed, for one person, and soon over. */
@Injectable()
export class ContentAddresses {
  constructor(
    private readonly signatures: ContentSignatures,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @param host where the request came to; used when nobody has set how we are reached */
  make({ lectureId, userId, storageKey }: ContentAddress, host: string): { url: string; expiresAt: Date } {
    const seconds = Math.floor(this.clock.in(this.settings.CONTENT_URL_MINUTES * 60).getTime() / 1000);
    const expires = String(seconds);
    const signature = this.signatures.sign('url', lectureId, userId, storageKey, expires);
    const query = new URLSearchParams({ user: userId, file: storageKey, expires, signature });
    const base = (this.settings.PUBLIC_URL ?? host).replace(/\/$/, '');
    return { url: `${base}/api/content/${lectureId}?${query.toString()}`, expiresAt: new Date(seconds * 1000) };
  }

  /** @throws urlInvalid, urlExpired */
  read(lectureId: string, query: Readonly<Record<string, unknown>>): ContentAddress {
    const [userId, storageKey, expires, signature] = ['user', 'file', 'expires', 'signature'].map(
      (name) => query[name],
    );
    if (
      typeof userId !== 'string' ||
      typeof storageKey !== 'string' ||
      typeof expires !== 'string' ||
      typeof signature !== 'string' ||
      !this.signatures.isSigned('url', signature, lectureId, userId, storageKey, expires)
    )
      throw new DomainError(ContentProblems.urlInvalid);
    if (this.signatures.isOver(expires)) throw new DomainError(ContentProblems.urlExpired);
    return { lectureId, userId, storageKey };
  }
}
