import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError, Problems } from '../errors/index.js';
import { FeatureAccess } from './feature-access.js';
import type { Principal } from './principal.js';

export const FEATURE = 'feature';

/** Lets only those through who have the feature that the route needs. After the guard that knows who is calling. */
@Injectable()
export class FeatureGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly features: FeatureAccess,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    const feature = this.reflector.getAllAndOverride<string | undefined>(FEATURE, places);
    if (feature === undefined) return true;
    const { user } = context.switchToHttp().getRequest<{ user?: Principal }>();
    if (!user) throw new DomainError(Problems.unauthenticated);
    await this.features.require(user.userId, feature);
    return true;
  }
}
