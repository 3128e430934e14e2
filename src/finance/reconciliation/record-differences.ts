import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type DiscrepancyAction, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { type Finding, matterKey, type Sum } from './compare.js';
import { possibleActions } from './discrepancy-actions.js';
import { discrepancyInWords } from './discrepancy-in-words.js';
import { LookAround } from './look-around.js';

const include = { sums: true } as const;
export type DiscrepancyRow = Prisma.DiscrepancyGetPayload<{ include: typeof include }>;

/** Keeps what a comparison found: a matter that is open already stays the same row, one that is of one mind again is gone. */
@Injectable()
export class RecordDifferences {
  constructor(
    private readonly database: Database,
    private readonly lookAround: LookAround,
    private readonly clock: Clock,
  ) {}

  /**
   * In the caller's transaction, which holds the provider's lock; every matter that is open was looked at. Few statements, however much is
   * found: a month of another account may be given by mistake.
   */
  async execute(provider: PaymentProvider, findings: readonly Finding[]): Promise<{ opened: number; gone: number }> {
    const { client } = this.database;
    const now = this.clock.now();
    const rows = await client.discrepancy.findMany({ where: { provider, status: 'OPEN' }, include });
    const open = new Map(rows.map((row) => [matterKey(row), row]));
    const proposals = await this.propose(provider, findings, open);
    const added = findings.filter((finding) => !open.has(matterKey(finding)));
    await this.add(provider, added, proposals);
    for (const finding of findings) {
      const standing = open.get(matterKey(finding));
      const proposedAction = proposals.get(matterKey(finding)) ?? 'WAIT';
      if (standing && !isAsItWas(standing, finding, proposedAction))
        await this.change(standing, finding, proposedAction);
    }
    const found = new Set(findings.map(matterKey));
    const [still, gone] = [
      rows.filter((row) => found.has(matterKey(row))),
      rows.filter((row) => !found.has(matterKey(row))),
    ];
    await client.discrepancy.updateMany({ where: { id: { in: idsOf(still) } }, data: { seenAt: now } });
    await client.discrepancy.updateMany({
      where: { id: { in: idsOf(gone) } },
      data: { status: 'GONE', closedAt: now },
    });
    return { opened: added.length, gone: gone.length };
  }

  private async propose(
    provider: PaymentProvider,
    findings: readonly Finding[],
    open: ReadonlyMap<string, DiscrepancyRow>,
  ): Promise<Map<string, DiscrepancyAction>> {
    const resolved = await this.lookAround.resolvedBefore(provider, findings);
    const proposals = new Map<string, DiscrepancyAction>();
    for (const finding of findings) {
      const key = matterKey(finding);
      const superseded = resolved.has(key) && (await this.lookAround.superseded(provider, finding)) !== undefined;
      const about = this.lookAround.circumstances(provider, finding, {
        askedAt: open.get(key)?.askedAt ?? null,
        superseded,
      });
      proposals.set(key, possibleActions(finding.kind, about)[0] ?? 'WAIT');
    }
    return proposals;
  }

  private async add(
    provider: PaymentProvider,
    findings: readonly Finding[],
    proposals: ReadonlyMap<string, DiscrepancyAction>,
  ): Promise<void> {
    const now = this.clock.now();
    const added = findings.map((finding) => ({ id: newId('discrepancy'), finding }));
    const rows = added.map(({ id, finding }) => {
      const { matter, reference, kind, paymentId, occurredAt, sums } = finding;
      return {
        ...{ id, matter, reference, kind, paymentId, occurredAt, details: discrepancyInWords(finding) },
        proposedAction: proposals.get(matterKey(finding)) ?? 'WAIT',
        sums: sums.map(({ currency, ...amounts }) => ({ currency, ...asTexts(amounts) })),
      };
    });
    await this.database.execute(Prisma.sql`
      WITH given AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS found(id text, matter movement_kind, reference text,
          kind discrepancy_kind, "proposedAction" discrepancy_action, "paymentId" text, details text, "occurredAt" timestamptz, sums jsonb)
      ), added AS (
        INSERT INTO discrepancies (id, provider, matter, reference, kind, proposed_action, payment_id, details, occurred_at, found_at, seen_at)
        SELECT id, ${provider}::payment_provider, matter, reference, kind, "proposedAction", "paymentId", details, "occurredAt", ${now}, ${now}
        FROM given
      )
      INSERT INTO discrepancy_sums (discrepancy_id, currency, stated, booked, stated_fee, booked_fee)
      SELECT g.id, s.currency, s.stated, s.booked, s."statedFee", s."bookedFee"
      FROM given g, jsonb_to_recordset(g.sums) AS s(currency text, stated bigint, booked bigint, "statedFee" bigint, "bookedFee" bigint)`);
  }

  private async change(standing: DiscrepancyRow, finding: Finding, proposedAction: DiscrepancyAction): Promise<void> {
    const { kind, occurredAt, paymentId } = finding;
    const found = { kind, proposedAction, paymentId, occurredAt, details: discrepancyInWords(finding) };
    const sums = { deleteMany: {}, create: [...finding.sums] };
    await this.database.client.discrepancy.update({ where: { id: standing.id }, data: { ...found, sums } });
  }
}

/** JSON has no numbers of this size. */
function asTexts(amounts: Omit<Sum, 'currency'>): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.toString()]));
}

function idsOf(rows: readonly DiscrepancyRow[]): string[] {
  return rows.map(({ id }) => id);
}

function isAsItWas(standing: DiscrepancyRow, { kind, sums }: Finding, proposedAction: DiscrepancyAction): boolean {
  return standing.kind === kind && standing.proposedAction === proposedAction && sameSums(standing.sums, sums);
}

export function sameSums(some: readonly Sum[], others: readonly Sum[]): boolean {
  const asText = (sums: readonly Sum[]) =>
    sums
      .map(({ currency, stated, booked, statedFee, bookedFee }) =>
        [currency, stated, booked, statedFee, bookedFee].join(' '),
      )
      .toSorted()
      .join(', ');
  return asText(some) === asText(others);
}
