import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { StatementLine } from '../../payments/index.js';
import { ReconciliationProblems } from './reconciliation.problems.js';

/** So many lines go to the database at once. */
const CHUNK = 5_000;

/**
 * Keeps the lines of a statement. A line is known by the provider's id of it: the same statement again adds nothing. Told otherwise later,
 * because a fee was not known yet or the provider has corrected itself, it is what was told last.
 */
@Injectable()
export class KeepLines {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * In the caller's transaction: a statement is kept whole or not at all.
   * @returns how many were new
   * @throws ReconciliationProblems unreadable
   */
  async execute(provider: PaymentProvider, lines: readonly StatementLine[]): Promise<number> {
    let added = 0;
    for (let start = 0; start < lines.length; start += CHUNK)
      added += await this.keep(provider, lines.slice(start, start + CHUNK));
    return added;
  }

  /** Contends on the lines' own ids: the unique index lets one through, and only what is new is added to the total. */
  private async keep(provider: PaymentProvider, lines: readonly StatementLine[]): Promise<number> {
    const given = rowsOf(lines);
    await this.correct(provider, given);
    const answer = await this.database.row<{ added: number }>(Prisma.sql`
      WITH given AS (SELECT * FROM ${given}), ours AS (
        SELECT named.id, min(payment_id) AS payment_id FROM (
          SELECT g.id, p.id AS payment_id FROM given g JOIN payments p ON p.id = g."paymentId"
          WHERE p.provider = ${provider}::payment_provider
          UNION SELECT g.id, p.id FROM given g JOIN payments p ON upper(right(p.id, 12)) = g."paymentId"
          WHERE p.provider = 'MPESA' AND ${provider} = 'MPESA'
        ) named GROUP BY named.id HAVING count(*) = 1
      ), kept AS (
        INSERT INTO statement_lines (id, provider, external_id, kind, reference, transaction_id, payment_id, amount, fee, currency,
          original_amount, original_currency, occurred_at, details, kept_at)
        SELECT g.id, ${provider}::payment_provider, "externalId", kind, reference, "transactionId", o.payment_id, amount, fee, currency,
          "originalAmount", "originalCurrency", "occurredAt", details, ${this.clock.now()}
        FROM given g LEFT JOIN ours o ON o.id = g.id ORDER BY g.id
        ON CONFLICT (provider, external_id) DO NOTHING
        RETURNING currency, amount - fee AS net
      ), summed AS (
        INSERT INTO statement_totals (provider, currency, stated)
        SELECT ${provider}::payment_provider, currency, sum(net) FROM kept GROUP BY currency ORDER BY currency
        ON CONFLICT (provider, currency) DO UPDATE SET stated = statement_totals.stated + excluded.stated
      )
      SELECT count(*)::int AS added FROM kept`);
    return answer?.added ?? 0;
  }

  /** Contends on the lines' own rows. What a line was booked by does not change with it, so such a line may not change either. */
  private async correct(provider: PaymentProvider, given: Prisma.Sql): Promise<void> {
    const told = Prisma.sql`(l.kind, l.amount, l.fee, l.currency) IS DISTINCT FROM (line.kind, line.amount, line.fee, line.currency)`;
    const changed = await this.database.rows<{ id: string; name: string; booked: boolean }>(Prisma.sql`
      SELECT l.id, l.external_id AS name, l.entry_id IS NOT NULL AS booked FROM ${given} JOIN statement_lines l
        ON l.provider = ${provider}::payment_provider AND l.external_id = line."externalId" AND ${told}
      ORDER BY l.id FOR UPDATE OF l`);
    const booked = changed.find((line) => line.booked);
    if (booked)
      throw new DomainError(
        ReconciliationProblems.unreadable,
        `${booked.name} is booked as an earlier statement has it, and this one has something else`,
      );
    if (changed.length === 0) return;
    const ids = Prisma.sql`${changed.map(({ id }) => id)}::text[]`;
    await this.database.execute(Prisma.sql`
      WITH before AS (
        SELECT currency, fee - amount AS net FROM statement_lines WHERE id = ANY(${ids})
      ), now AS (
        UPDATE statement_lines l SET kind = line.kind, amount = line.amount, fee = line.fee, currency = line.currency,
          original_amount = line."originalAmount", original_currency = line."originalCurrency", details = line.details
        FROM ${given} WHERE l.id = ANY(${ids}) AND l.external_id = line."externalId"
        RETURNING l.currency, l.amount - l.fee AS net
      )
      INSERT INTO statement_totals (provider, currency, stated)
      SELECT ${provider}::payment_provider, currency, sum(net) FROM (SELECT * FROM before UNION ALL SELECT * FROM now) moved
      GROUP BY currency ORDER BY currency
      ON CONFLICT (provider, currency) DO UPDATE SET stated = statement_totals.stated + excluded.stated`);
  }
}

/** However many they are, they are one parameter: rows named `line`. */
function rowsOf(lines: readonly StatementLine[]): Prisma.Sql {
  return Prisma.sql`jsonb_to_recordset(${JSON.stringify(lines.map(rowOf))}::jsonb) AS line(id text, "externalId" text, kind movement_kind,
    reference text, "transactionId" text, "paymentId" text, amount bigint, fee bigint, currency text, "originalAmount" bigint,
    "originalCurrency" text, "occurredAt" timestamptz, details text)`;
}

function rowOf(line: StatementLine): Record<string, string | null> {
  const { externalId, kind, reference, amount, fee, original, occurredAt, details } = line;
  const changed = original.currency !== amount.currency;
  return {
    id: newId('statementLine'),
    externalId,
    kind,
    reference,
    transactionId: line.transactionId ?? null,
    paymentId: line.paymentId ?? null,
    amount: amount.minor.toString(),
    fee: fee.minor.toString(),
    currency: amount.currency,
    originalAmount: changed ? original.minor.toString() : null,
    originalCurrency: changed ? original.currency : null,
    occurredAt: occurredAt.toISOString(),
    details: details.slice(0, 500),
  };
}
