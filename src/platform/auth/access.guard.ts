import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { DomainError, Problems } from '../errors/index.js';
import { ACCESS, type Access } from './access.js';
import type { Principal } from './principal.js';

/** The names under which identity registers its passport strategies. */
export const BUILT_IN_ISSUER = 'built-in-issuer';
export const EXTERNAL_ISSUER = 'external-issuer';

/** The one door: every route passes here, and one that does not say who may call it is closed. */
@Injectable()
export class AccessGuard extends AuthGuard([BUILT_IN_ISSUER, EXTERNAL_ISSUER]) {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!access) throw new DomainError(Problems.forbidden, 'This route does not say who may call it');
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<{ user?: Principal; headers: { authorization?: string } }>();
    if (access === 'optional' && !request.headers.authorization) return true;
    await super.canActivate(context);
    if (typeof access === 'string') return true;
    if (request.user?.roles.some((role) => access.includes(role))) return true;
    throw new DomainError(Problems.forbidden, `This needs one of the roles ${access.join(', ')}`);
  }

  override handleRequest<T = Principal>(error: unknown, user: T | false): T {
    if (error instanceof Error) throw error;
    if (!user) throw new DomainError(Problems.unauthenticated, 'The access token is missing, expired or not valid');
    return user;
  }
}
