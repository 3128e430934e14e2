import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../platform/database/index.js';
import { newId } from '../platform/ids/index.js';
import type { Money } from '../platform/money/index.js';
import type { AccountRef } from './accounts.js';
import { type NewEntry, PostEntry } from './post-entry.js';
import { refusing } from './refusals.js';

/** Sets money of an account aside until it is captured or released. */
@Injectable()
export class PlaceHold {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the account's row; the same reference again answers the hold that stands.
   * @throws LedgerRefusal `insufficient` when less is available, `noAccount` when nothing was ever paid in
   */
  async execute(account: AccountRef, amount: Money, reference: string): Promise<string> {
    const placed = await refusing(
      this.database.row<{ id: string }>(Prisma.sql`
        SELECT ledger_place_hold(${newId('hold')}, ${account.code}, ${amount.currency}, ${amount.minor}::bigint, ${reference}, ${this.clock.now()}) AS id`),
    );
    if (!placed) throw new Error('ledger_place_hold answered nothing');
    return placed.id;
  }
}

/** Ends a hold. Contends on the hold's row: of any number that try, one gets true. */
@Injectable()
export class ResolveHold {
  constructor(
    private readonly database: Database,
    private readonly postEntry: PostEntry,
    private readonly clock: Clock,
  ) {}

  /** Takes `captured` of the hold by this entry, which debits the held account so much, and releases the rest with it. */
  @Transactional()
  async capture(holdId: string, captured: Money, entry: NewEntry): Promise<boolean> {
    // Released first, so that the entry finds the money available.
    if (!(await this.resolve(holdId, captured.minor))) return false;
    await this.postEntry.execute(entry);
    return true;
  }

  release(holdId: string): Promise<boolean> {
    return this.resolve(holdId, 0n);
  }

  private async resolve(holdId: string, captured: bigint): Promise<boolean> {
    const resolved = await refusing(
      this.database.row<{ done: boolean }>(
        Prisma.sql`SELECT ledger_resolve_hold(${holdId}, ${captured}::bigint, ${this.clock.now()}) AS done`,
      ),
    );
    return resolved?.done === true;
  }
}
