import type { Database } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import type { Links } from './links.js';
import { counted, moment } from './wording.js';

/** A seat of a licence is offered to an address. Not told when the offer is over. */
export async function seatOffered(
  database: Database,
  id: string,
  { timeZone }: Reader,
  links: Links,
): Promise<Words | undefined> {
  const { status, invitedUntil, license } = await database.client.licenseSeat.findUniqueOrThrow({
    where: { id },
    include: { license: { select: { organization: { select: { name: true } } } } },
  });
  if (status !== 'INVITED' || invitedUntil === null) return undefined;
  return { organization: license.organization.name, link: links.acceptSeat(id), until: moment(invitedUntil, timeZone) };
}

/** A licence ends soon. Not told when it was renewed meanwhile. */
export async function licenseExpiring(
  database: Database,
  id: string,
  { timeZone }: Reader,
): Promise<Words | undefined> {
  const { organization, tier, seats, expiresAt, noticedDays } = await database.client.license.findUniqueOrThrow({
    where: { id },
    include: { organization: { select: { name: true } } },
  });
  if (noticedDays === null || expiresAt === null) return undefined;
  return {
    organization: organization.name,
    tier,
    seats: counted(BigInt(seats), 'seat'),
    inDays: counted(BigInt(noticedDays), 'day'),
    expires: moment(expiresAt, timeZone),
    licenseId: id,
  };
}
