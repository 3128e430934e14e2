import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, type Leg } from '../../ledger/index.js';
import type { Borne } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';

/**
 * A credit comes back to the package that it came from, with exactly what it had taken out of it. One that was used up, or whose other
 * credits were given back for money, is active again.
 */
@Injectable()
export class ReturnCredit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * In the caller's transaction, which holds the package (`LockPackage`) and sees to it that each credit comes back once.
   * @returns the legs by which what the credit stood for, net, gets to where it belongs now
   */
  async execute(studentPackageId: string, { net, tax }: Borne): Promise<Leg[]> {
    const returned = await this.database.execute(Prisma.sql`
      UPDATE student_packages SET remaining_sessions = remaining_sessions + 1, status = 'ACTIVE',
        net_left = net_left + ${net.minor}::bigint, tax_left = tax_left + ${tax.minor}::bigint, updated_at = ${this.clock.now()}
      WHERE id = ${studentPackageId} AND revoked_at IS NULL`);
    if (returned > 0) return [credit(accounts.deferred('packages'), net)];
    // All its money went back, this credit's too, and that was booked as a loss: which it is not, now that nothing was given for it.
    const sale = await this.database.row<{ taxCountry: string | null }>(Prisma.sql`
      UPDATE student_packages p SET refunded_sessions = refunded_sessions + 1, updated_at = ${this.clock.now()}
      FROM payment_sessions s WHERE s.id = p.payment_session_id AND p.id = ${studentPackageId}
      RETURNING s.tax_country AS "taxCountry"`);
    if (!sale) throw new Error(`there is no package ${studentPackageId}`);
    return [debit(accounts.tax(sale.taxCountry), tax), credit(accounts.disputeLosses, net.plus(tax))];
  }
}
