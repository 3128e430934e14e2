import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import type { StatementLine } from '../../payments/index.js';

/** So many lines go to the database at once. */
const CHUNK = 5_000;

/** Keeps the lines of a statement. A line is known by the provider's id of it: the same statement again adds nothing. */
@Injectable()
export class KeepLines {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In the caller's transaction: a statement is kept whole or not at all. @returns how many were new */
  async execute(provider: PaymentProvider, lines: readonly StatementLine[]): Promise<number> {
    let added = 0;
    for (let start = 0; start < lines.length; start += CHUNK)
      added += await this.keep(provider, lines.slice(start, start + CHUNK));
    return added;
  }

  /** Contends on the lines' own ids: the unique index lets one through, and only what is new is added to the total. */
  private async keep(provider: PaymentProvider, lines: readonly StatementLine[]): Promise<number> {
    const rows = lines.map((line) => this.row(line));
    const answer = await this.database.row<{ added: number }>(Prisma.sql`
      WITH given AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS line(id text, "externalId" text, kind movement_kind, reference text,
          "transactionId" text, "paymentId" text, amount bigint, fee bigint, currency text, "originalAmount" bigint,
          "originalCurrency" text, "occurredAt" timestamptz, details text)
      ), ours AS (
        SELECT named.id, min(payment_id) AS payment_id FROM (
          SELECT g.id, p.id AS payment_id FROM given g JOIN payments p ON p.id = g."paymentId"
          WHERE p.provider = ${provider}::payment_provider
          UNION SELECT g.id, p.id FROM given g JOIN payments p ON upper(right(p.id, 12)) = g."paymentId"
          WHERE p.provider = ${provider}::payment_provider
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

  private row(line: StatementLine): Record<string, string | null> {
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
}
