import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Housekeep } from '../../platform/jobs/index.js';
import { Storage } from '../../platform/storage/index.js';

const HOUR = 3_600;
/** An upload that takes longer has failed. */
const LONGEST_UPLOAD = 12 * HOUR;
/** What is older and nothing refers to will never be referred to: uploads take half as long at most. */
const OLD = 24 * HOUR;
const AT_ONCE = 1_000;
/** The storage is in trouble, and not one object. */
const FAILURES = 5;

/**
 * The objects that may be in the storage. A row is there before its object, and after it: whenever a process is killed, what is kept is
 * known, and what nothing refers to is found.
 */
@Injectable()
export class StoredObjects {
  private readonly logger = new Logger(StoredObjects.name);

  constructor(
    private readonly database: Database,
    private readonly storage: Storage,
    private readonly clock: Clock,
  ) {}

  /** A key to upload to. Committed at once. */
  async announce(): Promise<string> {
    const key = newId('storedObject');
    await this.database.client.storedObject.create({ data: { key, createdAt: this.clock.now() } });
    return key;
  }

  /** Whether what was uploaded may still be referred to, in the transaction that does so. */
  async stands(key: string): Promise<boolean> {
    const known = await this.database.row(Prisma.sql`
      SELECT key FROM stored_objects WHERE key = ${key} AND created_at > ${this.clock.in(-LONGEST_UPLOAD)} FOR UPDATE`);
    return known !== undefined;
  }

  /** Removes what nothing refers to: uploads that failed, files that were replaced, and those of lectures that are gone. */
  @Housekeep('stored-objects')
  async removeUnused(): Promise<number> {
    const unused = await this.database.rows<{ key: string }>(Prisma.sql`
      SELECT key FROM stored_objects o
      WHERE created_at < ${this.clock.in(-OLD)} AND NOT EXISTS (SELECT FROM lecture_contents c WHERE c.storage_key = o.key)
      ORDER BY created_at LIMIT ${AT_ONCE}`);
    let removed = 0;
    let failures = 0;
    for (const { key } of unused) {
      if (failures === FAILURES) break;
      try {
        // In this order: an object without a row would be there for ever.
        await this.storage.remove(key);
        await this.database.client.storedObject.deleteMany({ where: { key } });
        removed += 1;
      } catch (error) {
        failures += 1;
        this.logger.warn({ key, reason: String(error) }, 'an object is not removed; it will be tried again');
      }
    }
    return removed;
  }
}
