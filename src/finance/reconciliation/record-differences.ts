import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import {
  Database,
  type DiscrepancyAction,
  type DiscrepancyKind,
  type MovementKind,
  type PaymentProvider,
  Prisma,
} from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { type Finding, matterKey, type Sum } from './compare.js';
import { possibleActions } from './discrepancy-actions.js';
import { discrepancyInWords } from './discrepancy-in-words.js';
import { LookAround } from './look-around.js';
import { PayoutsAtHand } from './payouts-at-hand.js';

export type DiscrepancyRow = Prisma.DiscrepancyGetPayload<{ include: { sums: true } }>;

/** A discrepancy that is open, as it was found last: its sums in the words of `inText`. */
interface Standing {
  readonly id: string;
  readonly matter: MovementKind;
  readonly reference: string;
  readonly kind: DiscrepancyKind;
  readonly proposedAction: DiscrepancyAction;
  readonly askedAt: Date | null;
  readonly sums: string;
}

/** A discrepancy as it is found now. */
interface Kept {
  readonly id: string;
  readonly finding: Finding;
  readonly proposedAction: DiscrepancyAction;
}

/** Keeps what a comparison found: a matter that is open already stays the same row, one that is of one mind again is gone. */
@Injectable()
export class RecordDifferences {
  constructor(
    private readonly database: Database,
    private readonly lookAround: LookAround,
    private readonly payoutsAtHand: PayoutsAtHand,
    private readonly clock: Clock,
  ) {}

  /**
   * In the caller's transaction, which holds the provider's lock; every matter that is open was looked at. Few statements, however much is
   * found: a month of another account may be given by mistake.
   */
  async execute(provider: PaymentProvider, findings: readonly Finding[]): Promise<{ opened: number; gone: number }> {
    const now = this.clock.now();
    const rows = await this.standing(provider);
    const open = new Map(rows.map((row) => [matterKey(row), row]));
    const proposals = await this.propose(provider, findings, open);
    const added: Kept[] = [];
    const changed: Kept[] = [];
    for (const finding of findings) {
      const standing = open.get(matterKey(finding));
      const proposedAction = proposals.get(matterKey(finding)) ?? 'WAIT';
      if (!standing) added.push({ id: newId('discrepancy'), finding, proposedAction });
      else if (!isAsItWas(standing, finding, proposedAction))
        changed.push({ id: standing.id, finding, proposedAction });
    }
    await this.add(provider, added);
    await this.change(changed);
    const found = new Set(findings.map(matterKey));
    const idsOf = (these: Standing[]) => Prisma.sql`${these.map(({ id }) => id)}::text[]`;
    const gone = rows.filter((row) => !found.has(matterKey(row)));
    const still = rows.filter((row) => found.has(matterKey(row)));
    await this.database.execute(Prisma.sql`UPDATE discrepancies SET seen_at = ${now} WHERE id = ANY(${idsOf(still)})`);
    await this.database.execute(Prisma.sql`
      UPDATE discrepancies SET status = 'GONE', closed_at = ${now} WHERE id = ANY(${idsOf(gone)})`);
    return { opened: added.length, gone: gone.length };
  }

  private async propose(
    provider: PaymentProvider,
    findings: readonly Finding[],
    open: ReadonlyMap<string, Standing>,
  ): Promise<Map<string, DiscrepancyAction>> {
    const resolved = await this.lookAround.resolvedBefore(provider, findings);
    const payouts = await this.payoutsAtHand.about(provider, findings);
    const proposals = new Map<string, DiscrepancyAction>();
    for (const finding of findings) {
      const key = matterKey(finding);
      const superseded = resolved.has(key) && (await this.lookAround.superseded(provider, finding)) !== undefined;
      const about = this.lookAround.circumstances(provider, finding, {
        askedAt: open.get(key)?.askedAt ?? null,
        superseded,
        payouts,
      });
      proposals.set(key, possibleActions(finding.kind, about)[0] ?? 'WAIT');
    }
    return proposals;
  }

  private standing(provider: PaymentProvider): Promise<Standing[]> {
    return this.database.rows<Standing>(Prisma.sql`
      SELECT d.id, d.matter, d.reference, d.kind, d.proposed_action AS "proposedAction", d.asked_at AS "askedAt",
        (SELECT string_agg(concat_ws(' ', s.currency, s.stated, s.booked, s.stated_fee, s.booked_fee), ', ' ORDER BY s.currency)
          FROM discrepancy_sums s WHERE s.discrepancy_id = d.id) AS sums
      FROM discrepancies d WHERE d.provider = ${provider}::payment_provider AND d.status = 'OPEN'`);
  }

  private async add(provider: PaymentProvider, added: readonly Kept[]): Promise<void> {
    if (added.length === 0) return;
    const now = this.clock.now();
    await this.database.execute(Prisma.sql`
      WITH found AS MATERIALIZED (${given(added)}), added AS (
        INSERT INTO discrepancies (id, provider, matter, reference, kind, proposed_action, payment_id, details, occurred_at, found_at, seen_at)
        SELECT id, ${provider}::payment_provider, matter, reference, kind, "proposedAction", "paymentId", details, "occurredAt", ${now}, ${now}
        FROM found
      )
      ${addSums}`);
  }

  private async change(changed: readonly Kept[]): Promise<void> {
    if (changed.length === 0) return;
    const ids = changed.map(({ id }) => id);
    await this.database.execute(Prisma.sql`DELETE FROM discrepancy_sums WHERE discrepancy_id = ANY(${ids}::text[])`);
    await this.database.execute(Prisma.sql`
      WITH found AS MATERIALIZED (${given(changed)}), changed AS (
        UPDATE discrepancies d SET kind = found.kind, proposed_action = found."proposedAction", payment_id = found."paymentId",
          details = found.details, occurred_at = found."occurredAt"
        FROM found WHERE d.id = found.id
      )
      ${addSums}`);
  }
}

/** Of all that is `found`. */
const addSums = Prisma.sql`
  INSERT INTO discrepancy_sums (discrepancy_id, currency, stated, booked, stated_fee, booked_fee)
  SELECT found.id, s.currency, s.stated, s.booked, s."statedFee", s."bookedFee"
  FROM found, json_to_recordset(found.sums)
    AS s(currency text, stated bigint, booked bigint, "statedFee" bigint, "bookedFee" bigint)`;

/** However many they are, they are one parameter. */
function given(kept: readonly Kept[]): Prisma.Sql {
  const rows = kept.map(({ id, finding, proposedAction }) => {
    const { matter, reference, kind, paymentId, occurredAt, sums } = finding;
    return {
      ...{ id, matter, reference, kind, paymentId, occurredAt, proposedAction, details: discrepancyInWords(finding) },
      sums: sums.map(({ currency, ...amounts }) => ({ currency, ...asTexts(amounts) })),
    };
  });
  return Prisma.sql`SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS found(id text, matter movement_kind, reference text,
    kind discrepancy_kind, "proposedAction" discrepancy_action, "paymentId" text, details text, "occurredAt" timestamptz, sums json)`;
}

/** JSON has no numbers of this size. */
function asTexts(amounts: Omit<Sum, 'currency'>): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.toString()]));
}

function isAsItWas(standing: Standing, { kind, sums }: Finding, proposedAction: DiscrepancyAction): boolean {
  return standing.kind === kind && standing.proposedAction === proposedAction && standing.sums === inText(sums);
}

export function sameSums(some: readonly Sum[], others: readonly Sum[]): boolean {
  return inText(some) === inText(others);
}

/** By currency. */
function inText(sums: readonly Sum[]): string {
  return sums
    .map(({ currency, stated, booked, statedFee, bookedFee }) =>
      [currency, stated, booked, statedFee, bookedFee].join(' '),
    )
    .toSorted()
    .join(', ');
}
