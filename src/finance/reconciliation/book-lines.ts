import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, LedgerRefusal, type NewEntry, PostEntry } from '../../ledger/index.js';
import { BookMovement } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import {
  Database,
  inTransaction,
  type MovementKind,
  type PaymentProvider,
  Prisma,
} from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import { matterKey } from './compare.js';
import { BOOKED_LINE } from './expectations.js';
import { ReadSides, type Span } from './read-sides.js';

/** So many lines are booked side by side. */
const AT_ONCE = 4;

interface Line {
  id: string;
  externalId: string;
  kind: MovementKind;
  reference: string;
  amount: bigint;
  fee: bigint;
  currency: string;
  originalAmount: bigint | null;
  originalCurrency: string | null;
  occurredAt: Date;
}

const columns = Prisma.sql`l.id, l.external_id AS "externalId", l.kind, l.reference, l.amount, l.fee, l.currency,
  l.original_amount AS "originalAmount", l.original_currency AS "originalCurrency", l.occurred_at AS "occurredAt"`;

/**
 * Books what only a statement tells of: what went to our bank, what the provider charged, and of movements that we know what was kept of
 * them or changed into another currency. Each line once, whoever asks how often.
 */
@Injectable()
export class BookLines {
  constructor(
    private readonly database: Database,
    private readonly readSides: ReadSides,
    private readonly bookMovement: BookMovement,
    private readonly postEntry: PostEntry,
    private readonly clock: Clock,
  ) {}

  /** Outside any transaction: each line is one of its own. */
  async execute(provider: PaymentProvider, span: Span): Promise<void> {
    const own = await this.lines(provider, span, Prisma.sql`l.kind IN ('SETTLEMENT', 'FEE') AND l.entry_id IS NULL`);
    await sideBySide(own, (line) => this.bookOwn(provider, line));
    await this.bookMovements(provider, span);
  }

  /** Only of matters that the books know, and of which no line is booked yet: a second line of one is a discrepancy. */
  private async bookMovements(provider: PaymentProvider, span: Span): Promise<void> {
    const unbooked = await this.lines(
      provider,
      span,
      Prisma.sql`l.kind IN ('CHARGE', 'REFUND', 'REFUND_FAILURE', 'DISPUTE', 'DISPUTE_REVERSAL')
        AND (l.fee <> 0 OR l.original_currency IS NOT NULL) AND NOT EXISTS (
          SELECT FROM provider_movements m WHERE m.provider = l.provider AND m.reference = l.reference AND m.kind = l.kind)`,
    );
    if (unbooked.length === 0) return;
    const { booked } = await this.readSides.execute(provider, {
      names: [...new Set(unbooked.map(({ reference }) => reference))],
    });
    const known = new Map(
      booked.map(({ kind, reference, paymentId }) => [matterKey({ matter: kind, reference }), paymentId]),
    );
    const seen = new Set<string>();
    const due = unbooked.flatMap((line) => {
      const key = matterKey({ matter: line.kind, reference: line.reference });
      const paymentId = known.get(key);
      const movement = `${line.kind} ${line.reference}`;
      if (!paymentId || seen.has(movement)) return [];
      seen.add(movement);
      return [{ line, paymentId }];
    });
    await sideBySide(due, ({ line, paymentId: id }) =>
      this.bookMovement.execute({ id, provider }, { ...line, ...moneyOf(line) }),
    );
  }

  private lines(provider: PaymentProvider, { from, until }: Span, which: Prisma.Sql): Promise<Line[]> {
    return this.database.rows<Line>(Prisma.sql`
      SELECT ${columns} FROM statement_lines l
      WHERE ${which} AND l.id IN (
        SELECT t.id FROM statement_lines t
        WHERE t.provider = ${provider}::payment_provider AND t.occurred_at >= ${from} AND t.occurred_at < ${until}
        UNION SELECT o.id FROM statement_lines o JOIN discrepancies d ON d.provider = o.provider AND d.reference = o.reference
        WHERE o.provider = ${provider}::payment_provider AND d.status = 'OPEN')
      ORDER BY l.occurred_at, l.id`);
  }

  /** Contends on the entry's reference, which is the line's own name: it is posted once. In its own month, unless that is closed. */
  private async bookOwn(provider: PaymentProvider, line: Line): Promise<void> {
    try {
      await this.post(provider, line, line.occurredAt);
    } catch (error) {
      if (!(error instanceof LedgerRefusal && error.rule === 'periodClosed')) throw error;
      await this.post(provider, line, this.clock.now());
    }
  }

  private post(provider: PaymentProvider, line: Line, effectiveAt: Date): Promise<void> {
    const { amount, fee } = moneyOf(line);
    const funds = accounts.provider(provider);
    const settlement = line.kind === 'SETTLEMENT';
    const entry: NewEntry = {
      kind: settlement ? 'provider.settled-to-bank' : 'provider.charged',
      reference: `${provider.toLowerCase()}:${line.externalId}`,
      object: { type: BOOKED_LINE, id: line.id },
      effectiveAt,
      actor: 'system',
      legs: [
        debit(settlement ? accounts.bank : accounts.providerFees, amount.negated()),
        debit(accounts.providerFees, fee),
        credit(funds, fee.minus(amount)),
      ],
    };
    return inTransaction(async () => {
      const entryId = await this.postEntry.execute(entry);
      if (!entryId) return;
      await this.database.client.statementLine.update({ where: { id: line.id }, data: { entryId } });
    });
  }
}

function moneyOf({ amount, fee, currency, originalAmount, originalCurrency }: Line) {
  const moved = Money.of(amount, currency);
  const original =
    originalAmount !== null && originalCurrency !== null ? Money.of(originalAmount, originalCurrency) : moved;
  return { amount: moved, fee: Money.of(fee, currency), original };
}

async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
