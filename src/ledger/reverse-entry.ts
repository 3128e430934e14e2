import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/index.js';
import { Database, isUniqueViolation, Prisma } from '../platform/database/index.js';
import { newId } from '../platform/ids/index.js';
import { LedgerRefusal, refusing } from './refusals.js';

interface Reversal {
  /** What happened, such as `payout.failed`. */
  readonly kind: string;
  /** The same reference again is a replay. */
  readonly reference: string;
  /** A user id, or `system`. */
  readonly actor: string;
}

/** Takes an entry back whole: its postings the other way round, now, by an entry that names it. How mistakes are corrected. */
@Injectable()
export class ReverseEntry {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the entry's one reversal: a unique index lets one through.
   * @param of the reference of the entry
   * @returns the reversal's id; undefined when there is no such entry
   * @throws LedgerRefusal `alreadyReversed`, or `insufficient` when an owner's balance cannot bear it
   */
  async execute(of: string, { kind, reference, actor }: Reversal): Promise<string | undefined> {
    const now = this.clock.now();
    try {
      const posted = await refusing(
        this.database.row<{ id: string }>(Prisma.sql`
          SELECT ledger_post(${newId('ledgerEntry')}, ${kind}, ${reference}, e.object_type, e.object_id, ${now}, ${now}, ${actor}, (
            SELECT jsonb_agg(jsonb_build_object('code', a.code, 'currency', p.currency, 'amount', (-p.amount)::text) ORDER BY p.position)
            FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.entry_id = e.id
          ), e.id) AS id
          FROM ledger_entries e WHERE e.reference = ${of}`),
      );
      return posted?.id;
    } catch (error) {
      throw isUniqueViolation(error)
        ? new LedgerRefusal('alreadyReversed', `entry ${of} is taken back already`)
        : error;
    }
  }
}
