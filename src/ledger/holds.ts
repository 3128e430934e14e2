import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../platform/database/index.js';
import { newId } from '../platform/ids/index.js';
import type { Money } from '../platform/money/index.js';
import type { AccountRef } from './accounts.js';
import { type NewEntry, PostEntry } from './post-entry.js';
import { LedgerRefusal, refusing } from './refusals.js';

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

  /**
   * Takes `captured` of the hold by this entry, which debits the held account so much, and releases the rest with it.
   * @throws LedgerRefusal `moreThanHeld`, or what the entry is refused for; the hold stays open
   */
  @Transactional()
  async capture(holdId: string, captured: Money, entry: NewEntry): Promise<boolean> {
    // Released first, so that the entry finds the money available.
    const account = await this.resolve(holdId, captured.minor);
    if (!account) return false;
    const taken = debitOf(entry, account);
    if (taken !== captured.minor || (taken !== 0n && captured.currency !== account.currency))
      throw new Error(
        `${entry.kind} debits ${account.code} ${account.currency} by ${taken}, but captures ${captured.toString()}`,
      );
    const entryId = newId('ledgerEntry');
    const posted = await this.postEntry.execute(entry, entryId);
    // A replay would move nothing: the hold would be captured and the money still there.
    if (posted !== undefined && posted !== entryId)
      throw new LedgerRefusal('alreadyPosted', `${entry.reference} has taken its money before, as ${posted}`);
    return true;
  }

  async release(holdId: string): Promise<boolean> {
    return (await this.resolve(holdId, 0n)) !== undefined;
  }

  /** The account it was held on, if this call ended the hold. */
  private async resolve(holdId: string, captured: bigint): Promise<HeldAccount | undefined> {
    const resolved = await refusing(
      this.database.row<HeldAccount & { done: boolean }>(Prisma.sql`
        SELECT a.code, a.currency, ledger_resolve_hold(h.id, ${captured}::bigint, ${this.clock.now()}) AS done
        FROM ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id WHERE h.id = ${holdId}`),
    );
    return resolved?.done ? resolved : undefined;
  }
}

interface HeldAccount {
  readonly code: string;
  readonly currency: string;
}

function debitOf(entry: NewEntry, { code, currency }: HeldAccount): bigint {
  return entry.legs
    .filter(({ account, amount }) => account.code === code && amount.currency === currency)
    .reduce((sum, { amount }) => sum + amount.minor, 0n);
}
