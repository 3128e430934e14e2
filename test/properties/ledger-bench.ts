import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

export interface LedgerLeg {
  code: string;
  currency?: string;
  amount: number;
  strict?: boolean;
  floor?: number;
}

interface Posting {
  reference?: string;
  at?: string;
  kind?: string;
  object?: string;
  reverses?: string;
}

export type Connections = readonly [pg.Client, pg.Client, ...pg.Client[]];
/** One rule's own accounts and references, so that rules do not meet. */
export class Bench {
  private number = 0;

  constructor(
    private readonly name: string,
    readonly owner: pg.Client,
    readonly apps: Connections,
  ) {}

  get app(): pg.Client {
    return this.apps[0];
  }

  reference(): string {
    return `${this.name}-${(this.number += 1)}`;
  }

  wallet(owner: string | number = 1) {
    return { code: `liability:wallet:${this.name}-${owner}`, strict: true, floor: 0 };
  }

  /** Answers the entry's id. */
  async post(legs: LedgerLeg[], posting: Posting = {}, by = this.app): Promise<string> {
    const { reference = this.reference(), at = '2026-11-21', kind = 'test', object = 'obj', reverses } = posting;
    const rows = JSON.stringify(legs.map((leg) => ({ currency: 'USD', ...leg })));
    const answer = await by.query<{ id: string }>(
      `SELECT ledger_post($1, $2, $3, 'test', $4, $5, now(), 'system', $6, $7) AS id`,
      [`ent-${this.reference()}`, kind, reference, object, at, rows, reverses],
    );
    return answer.rows[0]!.id;
  }

  topUp(amount: number, owner: string | number = 1, by = this.app): Promise<string> {
    return this.post(
      [
        { code: 'asset:provider:stripe', amount },
        { ...this.wallet(owner), amount: -amount },
      ],
      {},
      by,
    );
  }

  spend(amount: number, owner: string | number = 1, by = this.app): Promise<string> {
    return this.post(
      [
        { ...this.wallet(owner), amount },
        { code: 'revenue:courses', amount: -amount },
      ],
      {},
      by,
    );
  }

  transfer(from: number, to: number, amount: number, by = this.app): Promise<string> {
    return this.post(
      [
        { ...this.wallet(from), amount },
        { ...this.wallet(to), amount: -amount },
      ],
      {},
      by,
    );
  }

  async hold(amount: number, owner: string | number = 1, reference = this.reference(), by = this.app): Promise<string> {
    const { rows } = await by.query<{ id: string }>(`SELECT ledger_place_hold($1, $2, 'USD', $3, $4, now()) AS id`, [
      `hld-${this.reference()}`,
      this.wallet(owner).code,
      amount,
      reference,
    ]);
    return rows[0]!.id;
  }

  async resolve(id: string, captured: number, by = this.app): Promise<boolean> {
    const { rows } = await by.query<{ done: boolean }>('SELECT ledger_resolve_hold($1, $2, now()) AS done', [
      id,
      captured,
    ]);
    return rows[0]!.done;
  }

  async fold(limit: number, by = this.app): Promise<number> {
    const { rows } = await by.query<{ count: number }>('SELECT ledger_fold($1) AS count', [limit]);
    return rows[0]!.count;
  }

  /** A fold that never comes to an end folds the same again and again. */
  async foldAll(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) if ((await this.fold(10_000)) === 0) return;
    throw new Error('there is always something left to fold');
  }

  async close(month: string, at: string, by = this.app): Promise<Date> {
    const { rows } = await by.query<{ at: Date }>('SELECT ledger_close_period($1, $2) AS at', [month, at]);
    return rows[0]!.at;
  }

  /** Balance and held amount of a strict account, on its normal side. */
  async kept(code = this.wallet().code): Promise<string> {
    const { rows } = await this.app.query<{ kept: string }>(
      `SELECT balance || ' held ' || held AS kept FROM ledger_accounts WHERE code = $1`,
      [code],
    );
    return rows[0]?.kept ?? 'no account';
  }

  /** What reports see of an account: its rollup and what is not folded. */
  async seen(code: string): Promise<number> {
    const { rows } = await this.app.query<{ sum: string }>(
      `SELECT coalesce(sum(debits - credits), 0) AS sum FROM ledger_accounts a JOIN (
         SELECT account_id, debits, credits FROM ledger_rollups UNION ALL SELECT account_id, debits, credits FROM ledger_deltas
       ) parts ON parts.account_id = a.id WHERE a.code = $1`,
      [code],
    );
    return Number(rows[0]!.sum);
  }

  /** Gives up a statement that was refused, and what it was part of. */
  async refused(statement: () => Promise<unknown>, code: string, by = this.app): Promise<void> {
    await by.query('BEGIN');
    const refusal = await statement().then(() => by.query('COMMIT').then(() => 'accepted', codeOf), codeOf);
    await by.query('ROLLBACK');
    same(refusal, code);
  }

  /** Until the statement waits for a lock, or is over. */
  async waits(by: pg.Client, statement: Promise<unknown>): Promise<boolean> {
    let over = false;
    const end = () => {
      over = true;
    };
    statement.then(end, end);
    const { processID } = by as pg.Client & { processID: number };
    for (let turn = 0; turn < 100 && !over; turn += 1) {
      const { rows } = await this.owner.query<{ waits: boolean }>(
        'SELECT cardinality(pg_blocking_pids($1)) > 0 AS waits',
        [processID],
      );
      if (rows[0]!.waits) return true;
      await sleep(5);
    }
    return false;
  }
}

/** The SQLSTATE of a refusal. */
export function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}

/** Throws, with both, when the two are not the same. */
export function same(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${is} instead of ${should}`);
}
