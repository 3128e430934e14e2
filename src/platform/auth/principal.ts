import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Role } from '../database/index.js';

/** Who is calling. Proven by an access token, read fresh from the database (at most seconds old). */
export interface Principal {
  readonly userId: string;
  readonly roles: readonly Role[];
  /** IANA zone. */
  readonly timeZone: string;
}

export function isAdmin(principal: Principal): boolean {
  return principal.roles.includes('ADMIN');
}

/** What is somebody's own is theirs and the admins' to see and to act on. */
export function mayActFor(principal: Principal, ownerId: string): boolean {
  return principal.userId === ownerId || isAdmin(principal);
}

/** The caller; undefined only on routes whose access is `public` or `optional`. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | undefined =>
    context.switchToHttp().getRequest<{ user?: Principal }>().user,
);
