import { Prisma } from '../../platform/database/index.js';
import { unlessBooked } from '../upkeep/must-hold.js';

const STREAMS = ['subscriptions', 'licences'];

function sumOf(stream: string, amount: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT currency, sum(${amount}) AS amount FROM deferrals WHERE stream = ${stream} GROUP BY currency`;
}

/** What must hold between the journal and what is paid for and delivered over a time. */
export const recognitionRules: Readonly<Record<string, Prisma.Sql>> = Object.fromEntries(
  STREAMS.flatMap((stream) => [
    [
      `what is deferred for ${stream} is what is paid for and not recognised`,
      unlessBooked(`liability:deferred:${stream}`, sumOf(stream, Prisma.sql`amount - recognised`)),
    ],
    [
      `the revenue of ${stream} is what is recognised of what was paid for`,
      unlessBooked(`revenue:${stream}`, sumOf(stream, Prisma.sql`recognised`)),
    ],
  ]),
);
