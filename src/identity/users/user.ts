import type { Prisma } from '../../platform/database/index.js';

/** What may leave this feature. Queries select this, so that a password hash is not even read where it is not needed. */
export const publicUser = {
  id: true,
  email: true,
  name: true,
  profilePicture: true,
  roles: true,
  timeZone: true,
  createdAt: true,
} as const satisfies Prisma.UserSelect;

export type PublicUser = Prisma.UserGetPayload<{ select: typeof publicUser }>;
