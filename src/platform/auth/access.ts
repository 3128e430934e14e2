import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { Role } from '../database/index.js';

/**
 * Who may call a route: anyone; anyone, but a token is read when there is one; any signed-in user; or those with one of the roles.
 * A route without it answers nobody.
 */
export type Access = 'public' | 'optional' | 'signed-in' | readonly Role[];

export const ACCESS = 'access';

export const AllowAccess = (access: Access): CustomDecorator => SetMetadata(ACCESS, access);
