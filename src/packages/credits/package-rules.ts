import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../../ledger/index.js';
import { Prisma } from '../../platform/database/index.js';

/** What must hold between packages and the journal. */
@Injectable()
export class PackageRules implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    for (const [rule, query] of Object.entries(rules)) this.invariants.register(rule, query);
  }
}

const rules = {
  'what is deferred for packages is what their credits stand for': Prisma.sql`
    SELECT 'liability:deferred:packages ' || coalesce(d.currency, p.currency) AS subject,
      format('booked %s, packages %s', coalesce(d.amount, 0), coalesce(p.amount, 0)) AS detail
    FROM (
      SELECT a.currency, -sum(l.amount) AS amount FROM ledger_accounts a JOIN ledger_postings l ON l.account_id = a.id
      WHERE a.code = 'liability:deferred:packages' GROUP BY a.currency
    ) d FULL JOIN (SELECT currency, sum(net_left) AS amount FROM student_packages GROUP BY currency) p ON p.currency = d.currency
    WHERE coalesce(d.amount, 0) <> coalesce(p.amount, 0)`,
} satisfies Record<string, Prisma.Sql>;
