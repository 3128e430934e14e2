import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';

interface Returned {
  seatId: string;
  net: bigint;
  tax: bigint;
  currency: string;
  taxCountry: string | null;
}

/**
 * Credits that came back after all the money of their package had gone back made the loss smaller (`ReturnCredit`). The money is here again,
 * so that they are credits again.
 */
@Injectable()
export class ReclaimCredits {
  constructor(
    private readonly database: Database,
    private readonly postEntry: PostEntry,
  ) {}

  /** In the caller's transaction, which holds the package. */
  async execute(studentPackageId: string): Promise<void> {
    for (const one of await this.returned(studentPackageId)) {
      const [net, tax] = [Money.of(one.net, one.currency), Money.of(one.tax, one.currency)];
      await this.postEntry.execute({
        kind: 'package.credit-reclaimed',
        reference: `${one.seatId}:credit-reclaimed`,
        object: { type: 'student-package', id: studentPackageId },
        actor: 'system',
        legs: [
          debit(accounts.disputeLosses, net.plus(tax)),
          credit(accounts.tax(one.taxCountry), tax),
          credit(accounts.deferred('packages'), net),
        ],
      });
      await this.database.execute(Prisma.sql`
        UPDATE student_packages SET remaining_sessions = remaining_sessions + 1, refunded_sessions = refunded_sessions - 1,
          net_left = net_left + ${one.net}::bigint, tax_left = tax_left + ${one.tax}::bigint
        WHERE id = ${studentPackageId}`);
    }
  }

  /** The journal tells which they are: only theirs was credited to the losses, and each is taken up again once. */
  private returned(studentPackageId: string): Promise<Returned[]> {
    return this.database.rows<Returned>(Prisma.sql`
      SELECT s.id AS "seatId", s.paid_amount - s.paid_tax AS net, s.paid_tax AS tax, s.currency, n.tax_country AS "taxCountry"
      FROM seats s JOIN student_packages p ON p.id = s.student_package_id JOIN payment_sessions n ON n.id = p.payment_session_id
        JOIN ledger_entries e ON e.reference = s.id || ':credit-returned'
      WHERE p.id = ${studentPackageId}
        AND EXISTS (SELECT FROM ledger_postings l JOIN ledger_accounts a ON a.id = l.account_id
          WHERE l.entry_id = e.id AND a.code = ${accounts.disputeLosses.code})
        AND NOT EXISTS (SELECT FROM ledger_entries r WHERE r.reference = s.id || ':credit-reclaimed')
      ORDER BY s.id`);
  }
}
