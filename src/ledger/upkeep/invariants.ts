import { Injectable, Logger } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { Housekeep } from '../../platform/jobs/index.js';

/** Something that must never be: which rule, and where it does not hold. */
interface Violation {
  rule: string;
  subject: string;
  detail: string;
}

/** By the rule in words, a query for where it does not hold: of `subject` and `detail`. */
export type Rules = Readonly<Record<string, Prisma.Sql>>;

/**
 * What must hold at every moment. Features add their own rules with `mustHold`.
 * All are asked in one statement, so of one snapshot, also while the system works.
 */
@Injectable()
export class Invariants {
  private readonly logger = new Logger(Invariants.name);
  private readonly rules = new Map<string, Prisma.Sql>();

  constructor(private readonly database: Database) {}

  add(rules: Rules): void {
    for (const [rule, query] of Object.entries(rules)) this.rules.set(rule, query);
  }

  /** How many rules there are. */
  get count(): number {
    return this.rules.size;
  }

  /** Empty when all is well. */
  check(): Promise<Violation[]> {
    return this.database.rows<Violation>(this.query);
  }

  /** What `check` asks. */
  get query(): Prisma.Sql {
    return violationsOf(this.rules);
  }

  @Housekeep('invariants')
  async report(): Promise<number> {
    const violations = await this.check();
    for (const violation of violations) this.logger.error({ ...violation }, 'an invariant does not hold');
    return violations.length;
  }
}

/** One query for where any of the rules does not hold. */
export function violationsOf(rules: Iterable<[string, Prisma.Sql]>): Prisma.Sql {
  const queries = [...rules].map(
    ([rule, query]) => Prisma.sql`SELECT ${rule} AS rule, subject::text, detail::text FROM (${query}) v`,
  );
  return Prisma.join(queries, ' UNION ALL ');
}
