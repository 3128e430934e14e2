import type { Prisma } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { moment } from './wording.js';

/** What is read of a session, to tell of it. */
export const toldOfSession = { include: { class: true, branch: true } } as const;

type Session = Prisma.ClassSessionGetPayload<typeof toldOfSession>;

/** What a letter about a session says in every case. `startsAt` is when the reader knows it to begin. */
export function sessionWords({ class: taught, branch }: Session, startsAt: Date, { timeZone }: Reader): Words {
  return {
    className: taught.name,
    subject: taught.subject,
    branch: branch.name,
    startsAt: moment(startsAt, timeZone),
    startsAtBranch: unlessSame(startsAt, timeZone, branch.timeZone),
  };
}

/** By the clock at the branch, unless that says the same. */
export function unlessSame(at: Date, timeZone: string, branchZone: string): string | undefined {
  const there = moment(at, branchZone);
  return there === moment(at, timeZone) ? undefined : there;
}
