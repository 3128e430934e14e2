import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database, Prisma } from '../../platform/database/index.js';
import type { Page } from '../../platform/http/index.js';
import type { CourseSummaryDto } from './courses.dto.js';
import type { MarketplaceQuery } from './marketplace.dto.js';

/** Of all pages together, so that memory is bounded whatever the length of a page. */
const REMEMBERED_COURSES = 10_000;
/** A page is never old while this process's database goes forward; when it is restored to an earlier state, for no longer than this. */
const REMEMBERED_MS = 60_000;

interface Remembered {
  readonly version: bigint;
  readonly page: Promise<Page<CourseSummaryDto>>;
}

/**
 * Pages of the public lists, each for as long as the catalogue is at the version that was asked for before the page was read. The version
 * changes in the transaction of whatever changes a list, so what a hit gives has not changed since the request came, in any process.
 */
@Injectable()
export class CatalogueCache {
  private readonly remembered = new LRUCache<string, Remembered>({
    maxSize: REMEMBERED_COURSES,
    ttl: REMEMBERED_MS,
  });
  private asked: Promise<bigint> | undefined;
  private waiting: Promise<bigint> | undefined;

  constructor(private readonly database: Database) {}

  async page(query: MarketplaceQuery, read: () => Promise<Page<CourseSummaryDto>>): Promise<Page<CourseSummaryDto>> {
    const key = keyOf(query);
    const version = await this.version();
    const known = this.remembered.get(key);
    if (known && known.version >= version) return known.page;
    const page = read();
    const entry = { version, page };
    this.remembered.set(key, entry, { size: query.limit });
    page.catch(() => {
      if (this.remembered.get(key) === entry) this.remembered.delete(key);
    });
    return page;
  }

  /**
   * One question at a time, whoever asks: those who come while one is under way share the next, for what changed since that one was put
   * would be missing from its answer.
   */
  private version(): Promise<bigint> {
    if (!this.asked) return this.ask();
    const next = () => this.ask();
    return (this.waiting ??= this.asked.then(next, next));
  }

  private ask(): Promise<bigint> {
    this.waiting = undefined;
    const asked = this.database
      .row<{ version: bigint }>(Prisma.sql`SELECT coalesce(sum(version), 0)::bigint AS version FROM catalogue_versions`)
      .then((row) => row!.version)
      .finally(() => {
        if (this.asked === asked) this.asked = undefined;
      });
    this.asked = asked;
    return asked;
  }
}

/** The same for all that ask for the same in other words. */
function keyOf({ keyword, ...query }: MarketplaceQuery): string {
  const words = keyword?.split(/\s+/u).filter(Boolean).join(' ') || undefined;
  const asked = Object.entries({ ...query, keyword: words, sort: query.sort ?? 'newest' });
  return JSON.stringify(asked.filter(([, value]) => value !== undefined).toSorted());
}
