import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/index.js';
import { Database, Prisma } from '../platform/database/index.js';
import { newId } from '../platform/ids/index.js';
import type { Money } from '../platform/money/index.js';
import type { AccountRef } from './accounts.js';
import { refusing } from './refusals.js';

export interface Leg {
  readonly account: AccountRef;
  /** Debit positive, credit negative. */
  readonly amount: Money;
}

export interface NewEntry {
  /** What happened, such as `course.sold`. */
  readonly kind: string;
  /** Makes posting idempotent: the same reference with the same content is a replay. */
  readonly reference: string;
  readonly object: { readonly type: string; readonly id: string };
  /** When it counts; now unless told. */
  readonly effectiveAt?: Date;
  /** A user id, or `system`. */
  readonly actor: string;
  /** Legs of zero are left out; an entry of nothing but zeros is not made. */
  readonly legs: readonly Leg[];
}

export function debit(account: AccountRef, amount: Money): Leg {
  return { account, amount };
}

export function credit(account: AccountRef, amount: Money): Leg {
  return { account, amount: amount.negated() };
}

/** Posts one entry in the ambient transaction. One statement, whatever the number of legs. */
@Injectable()
export class PostEntry {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @param id under which it is posted, unless its reference is posted already
   * @returns the entry's id, the standing one's on a replay; undefined when there was nothing to move
   * @throws LedgerRefusal
   */
  async execute(entry: NewEntry, id: string = newId('ledgerEntry')): Promise<string | undefined> {
    const legs = entry.legs.filter((leg) => !leg.amount.isZero());
    if (legs.length === 0) return undefined;
    const rows = legs.map(({ account, amount }) => ({
      ...account,
      amount: amount.minor.toString(),
      currency: amount.currency,
    }));
    const now = this.clock.now();
    const posted = await refusing(
      this.database.row<{ id: string }>(Prisma.sql`
        SELECT ledger_post(${id}, ${entry.kind}, ${entry.reference}, ${entry.object.type}, ${entry.object.id},
          ${entry.effectiveAt ?? now}, ${now}, ${entry.actor}, ${JSON.stringify(rows)}::jsonb) AS id`),
    );
    return posted?.id;
  }
}
