import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import type { Borne, SoldItem } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import { ReclaimCredits } from './reclaim-credits.js';

interface Left {
  id: string;
  sessionCount: number;
  remainingSessions: number;
  refundedSessions: number;
  revoked: boolean;
  paid: bigint;
  netLeft: bigint;
  taxLeft: bigint;
}

/** Moves a bought package with its money: only the one that this payment session bought. */
@Injectable()
export class MoveBoughtPackage {
  constructor(
    private readonly database: Database,
    private readonly postEntry: PostEntry,
    private readonly reclaimCredits: ReclaimCredits,
    private readonly clock: Clock,
  ) {}

  /** While a dispute is open, no credit of it can be used. Seats that are booked stay. */
  suspend(sold: SoldItem): Promise<void> {
    return this.update(sold, Prisma.sql`suspended = true`);
  }

  /** The dispute was won, or a refund failed: it can be used again. What its money pays for is counted by `putBack`. */
  async restore(sold: SoldItem): Promise<void> {
    const { id, revoked } = await this.lock(sold);
    if (revoked) await this.reclaimCredits.execute(id);
    await this.update(
      sold,
      Prisma.sql`suspended = false, revoked_at = NULL, status = CASE
        WHEN revoked_at IS NULL THEN status
        WHEN remaining_sessions > 0 THEN 'ACTIVE'
        WHEN refunded_sessions > 0 THEN 'REFUNDED'
        ELSE 'EXHAUSTED' END::student_package_status`,
    );
  }

  /** All its money went back: what is left of it is gone. */
  revoke(sold: SoldItem): Promise<void> {
    return this.update(sold, Prisma.sql`suspended = false, revoked_at = ${this.clock.now()}, ${closed}`);
  }

  /**
   * An amount goes back to the buyer: borne by the credits that are left, each of which stands for less from now on. When nothing is left to
   * stand for, they are gone with it.
   */
  async takeBack(sold: SoldItem, amount: Money): Promise<Borne> {
    const left = await this.lock(sold);
    const all = left.netLeft + left.taxLeft;
    const borne = amount.minor < all ? amount.minor : all;
    const taxLeft = Money.of(left.taxLeft, amount.currency);
    const tax = borne === all ? taxLeft : taxLeft.times(borne, all);
    const net = Money.of(borne, amount.currency).minus(tax);
    const bears = Prisma.sql`net_left = net_left - ${net.minor}::bigint, tax_left = tax_left - ${tax.minor}::bigint`;
    const gone = borne === all && left.remainingSessions > 0;
    await this.update(sold, gone ? Prisma.sql`${bears}, ${closed}` : bears);
    return { net, tax };
  }

  /** It did not go back after all: its credits can be used again. What no credit is left to stand for is earned. */
  async putBack(sold: SoldItem, { net, tax }: Borne): Promise<void> {
    const amount = net.plus(tax).minor;
    if (amount === 0n) return;
    const left = await this.lock(sold);
    const credits = creditsWith(left, amount);
    if (credits === 0) return this.forfeit(left, net);
    await this.update(
      sold,
      Prisma.sql`net_left = net_left + ${net.minor}::bigint, tax_left = tax_left + ${tax.minor}::bigint,
        remaining_sessions = ${credits}::int, refunded_sessions = refunded_sessions + remaining_sessions - ${credits}::int,
        status = CASE WHEN revoked_at IS NULL THEN 'ACTIVE' ELSE status END::student_package_status`,
    );
  }

  private async forfeit({ id }: Left, net: Money): Promise<void> {
    await this.postEntry.execute({
      kind: 'package.forfeited',
      reference: `${id}:forfeited:${newId('event')}`,
      object: { type: 'student-package', id },
      actor: 'system',
      legs: [debit(accounts.deferred('packages'), net), credit(accounts.revenue('packages'), net)],
    });
  }

  /** Contends on the package's row with the bookings that use it. */
  private async lock({ sessionId }: SoldItem): Promise<Left> {
    const left = await this.database.row<Left>(Prisma.sql`
      SELECT id, session_count AS "sessionCount", remaining_sessions AS "remainingSessions", refunded_sessions AS "refundedSessions",
        revoked_at IS NOT NULL AS revoked, paid, net_left AS "netLeft", tax_left AS "taxLeft"
      FROM student_packages WHERE payment_session_id = ${sessionId} FOR NO KEY UPDATE`);
    if (!left) throw new Error(`payment session ${sessionId} bought no package`);
    return left;
  }

  private async update({ sessionId }: SoldItem, set: Prisma.Sql): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE student_packages SET ${set}, updated_at = ${this.clock.now()} WHERE payment_session_id = ${sessionId}`);
  }
}

/** Its credits are given back for money. */
const closed = Prisma.sql`status = 'REFUNDED', refunded_sessions = refunded_sessions + remaining_sessions, remaining_sessions = 0`;

/**
 * How many credits there are once an amount is back: as many as the money pays for at the price paid for each, but no more than went, and none
 * of those that stayed is lost. Which ones went with it nobody knows: others may have been used, returned and refunded since.
 */
function creditsWith(left: Left, amount: bigint): number {
  const { sessionCount, remainingSessions, refundedSessions, paid, netLeft, taxLeft } = left;
  const money = netLeft + taxLeft + amount;
  const paidFor = Number((2n * money * BigInt(sessionCount) + paid) / (2n * paid));
  return Math.max(remainingSessions, Math.min(remainingSessions + refundedSessions, Math.max(paidFor, 1)));
}
