export { ACCESS, type Access, AllowAccess } from './access.js';
export { AccessGuard, BUILT_IN_ISSUER, EXTERNAL_ISSUER } from './access.guard.js';
export { CurrentPrincipal, isAdmin, mayActFor, type Principal } from './principal.js';
