import { Injectable } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import type { Booked, Stated } from './compare.js';
import { BOOKED_LINE, type Expectation, expectations } from './expectations.js';

/** A time, from its first moment on and before its last. */
export interface Span {
  readonly from: Date;
  readonly until: Date;
}

/** Which matters to look at: those of these names, and all that was booked in this time. */
export interface Scope {
  readonly names: readonly string[];
  readonly entries?: Span;
}

interface FoundEntry {
  id: string;
  objectType: string;
  objectId: string;
}

/** What a provider's statement says and what the ledger says, matter by matter. */
@Injectable()
export class ReadSides {
  constructor(private readonly database: Database) {}

  /**
   * Both sides of every matter in the scope, whole: also what was said of it at another time. An object brings all its entries, so some
   * matters come along that nobody asked about; they are whole too.
   */
  async execute(provider: PaymentProvider, scope: Scope): Promise<{ booked: Booked[]; stated: Stated[] }> {
    const booked = await this.booked(provider, scope);
    const stated = await this.stated(provider, [
      ...new Set([...scope.names, ...booked.map(({ reference }) => reference)]),
    ]);
    return { booked, stated };
  }

  /** Names of the lines of a time, and of those that their matters hang on. */
  async namesOf(provider: PaymentProvider, { from, until }: Span): Promise<string[]> {
    const rows = await this.database.rows<{ name: string }>(Prisma.sql`
      SELECT DISTINCT reference AS name FROM statement_lines
      WHERE provider = ${provider}::payment_provider AND occurred_at >= ${from} AND occurred_at < ${until} AND entry_id IS NULL
      UNION SELECT DISTINCT reference FROM discrepancies WHERE provider = ${provider}::payment_provider AND status = 'OPEN'`);
    return rows.map(({ name }) => name);
  }

  async stated(provider: PaymentProvider, names: readonly string[]): Promise<Stated[]> {
    return this.database.rows<Stated>(Prisma.sql`
      SELECT l.kind, l.reference, l.currency, l.amount - l.fee AS net, l.fee, l.occurred_at AS at, l.payment_id AS "paymentId",
        l.transaction_id AS "transactionId"
      FROM statement_lines l
      WHERE l.provider = ${provider}::payment_provider AND l.reference = ANY(${names}) AND l.entry_id IS NULL
      ORDER BY l.occurred_at, l.id`);
  }

  private async booked(provider: PaymentProvider, scope: Scope): Promise<Booked[]> {
    const inTime = scope.entries ? await this.entriesOf(provider, scope.entries) : [];
    const booked: Booked[] = [];
    for (const expectation of expectations) {
      const ids = await this.objectsOf(provider, expectation, scope.names, inTime);
      if (ids.length === 0) continue;
      const objects = Prisma.sql`${ids}::text[]`;
      booked.push(...(await this.sums(provider, expectation.entries(provider, objects))));
      if (expectation.awaited) booked.push(...(await this.awaited(expectation.awaited(objects))));
    }
    const unexpected = await this.unexpected(provider, inTime);
    return [...booked, ...unexpected];
  }

  private async objectsOf(
    provider: PaymentProvider,
    { about, objects }: Expectation,
    names: readonly string[],
    inTime: readonly FoundEntry[],
  ): Promise<string[]> {
    const named = await this.database.rows<{ id: string }>(objects(provider, Prisma.sql`${names}::text[]`));
    const found = inTime.filter(({ objectType }) => objectType === about).map(({ objectId }) => objectId);
    return [...new Set([...named.map(({ id }) => id), ...found])];
  }

  /** What moved the provider's account in a time. */
  private entriesOf(provider: PaymentProvider, { from, until }: Span): Promise<FoundEntry[]> {
    return this.database.rows<FoundEntry>(Prisma.sql`
      SELECT DISTINCT e.id, e.object_type AS "objectType", e.object_id AS "objectId"
      FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id JOIN ledger_accounts a ON a.id = p.account_id
      WHERE e.effective_at >= ${from} AND e.effective_at < ${until} AND a.code = ${accounts.provider(provider).code}
        AND e.object_type <> ${BOOKED_LINE}`);
  }

  /** Per matter and currency. Of a movement's own entry the fee is what its row says. */
  private sums(provider: PaymentProvider, entries: Prisma.Sql): Promise<Booked[]> {
    return this.database.rows<Booked>(Prisma.sql`
      SELECT x.kind, x.reference, p.currency, sum(p.amount)::bigint AS net, min(e.effective_at) AS at, min(x.payment_id) AS "paymentId",
        coalesce(sum((SELECT m.fee FROM provider_movements m WHERE m.provider = ${provider}::payment_provider
          AND e.kind = 'provider.settled' AND e.reference = lower(m.provider::text) || ':' || m.external_id
          AND m.currency = p.currency)), 0)::bigint AS fee, false AS awaited
      FROM (${entries}) x
      JOIN ledger_entries e ON e.id = x.entry_id
      JOIN ledger_postings p ON p.entry_id = e.id
      JOIN ledger_accounts a ON a.id = p.account_id AND a.code = ${accounts.provider(provider).code}
      GROUP BY 1, 2, 3`);
  }

  private awaited(matters: Prisma.Sql): Promise<Booked[]> {
    return this.database.rows<Booked>(Prisma.sql`
      SELECT kind, reference, currency, net, at, payment_id AS "paymentId", 0::bigint AS fee, true AS awaited FROM (${matters}) w`);
  }

  /** Entries that no expectation speaks of: nobody could say by which name a statement would know them. */
  private async unexpected(provider: PaymentProvider, inTime: readonly FoundEntry[]): Promise<Booked[]> {
    const ids = inTime.map(({ id }) => id);
    if (ids.length === 0) return [];
    const known = expectations.map(({ about, entries }) => {
      const objects = inTime.filter(({ objectType }) => objectType === about).map(({ objectId }) => objectId);
      return Prisma.sql`SELECT entry_id FROM (${entries(provider, Prisma.sql`${[...new Set(objects)]}::text[]`)}) k`;
    });
    const entries = Prisma.sql`
      SELECT e.id AS entry_id, 'OTHER' AS kind, e.reference, NULL::text AS payment_id FROM ledger_entries e
      WHERE e.id = ANY(${ids}::text[]) AND e.id NOT IN (${Prisma.join(known, ' UNION ALL ')})`;
    return this.sums(provider, entries);
  }
}
