import { unlessBooked } from '../../ledger/index.js';
import { Prisma } from '../../platform/database/index.js';

/** What must hold between packages and the journal. */
export const packageRules = {
  'what is deferred for packages is what their credits stand for': unlessBooked(
    'liability:deferred:packages',
    Prisma.sql`SELECT currency, sum(net_left) AS amount FROM student_packages GROUP BY currency`,
  ),
} satisfies Record<string, Prisma.Sql>;
