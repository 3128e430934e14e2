import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type MovementKind, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { compare, type Finding, matterKey } from './compare.js';
import { type Scope, ReadSides, type Span } from './read-sides.js';

/**
 * How far apart the two sides may know of one matter: a webhook is late, a provider's day ends. Within it a statement need not have what
 * we have booked.
 */
export const STATED_WITHIN_SECONDS = 6 * 3600;
/** And this long we may not have heard of what a statement has. */
const BOOKED_WITHIN_SECONDS = 3600;

/** Where a provider's statement and the ledger differ. */
@Injectable()
export class FindDifferences {
  constructor(
    private readonly database: Database,
    private readonly readSides: ReadSides,
    private readonly clock: Clock,
  ) {}

  async execute(provider: PaymentProvider, scope: Scope): Promise<Finding[]> {
    const { booked, stated } = await this.readSides.execute(provider, scope);
    const covered = await this.covered(provider);
    const margin = STATED_WITHIN_SECONDS * 1000;
    const heardBy = this.clock.in(-BOOKED_WITHIN_SECONDS);
    return compare(booked, stated, {
      mayStillBeBooked: (at) => at > heardBy,
      mayStillBeStated: (at) =>
        !covered.some(
          ({ from, until }) => from.getTime() <= at.getTime() - margin && at.getTime() + margin <= until.getTime(),
        ),
    });
  }

  /** How one matter stands that was found to differ: nothing is waited for any more. */
  async standing(
    provider: PaymentProvider,
    matter: { matter: MovementKind; reference: string },
  ): Promise<Finding | undefined> {
    const { booked, stated } = await this.readSides.execute(provider, { names: [matter.reference] });
    const findings = compare(booked, stated, { mayStillBeBooked: () => false, mayStillBeStated: () => false });
    return findings.find((finding) => matterKey(finding) === matterKey(matter));
  }

  /** The time of which there are statements, without gaps between neighbours. */
  covered(provider: PaymentProvider): Promise<Span[]> {
    return this.database.rows<Span>(Prisma.sql`
      SELECT lower(span) AS "from", upper(span) AS until FROM (
        SELECT unnest(range_agg(tstzrange(covers_from, covers_until))) AS span
        FROM reconciliation_runs WHERE provider = ${provider}::payment_provider AND covers
      ) spans ORDER BY 1`);
  }
}
