export { ACCESS, type Access, AllowAccess } from './access.js';
export { AccessGuard, BUILT_IN_ISSUER, EXTERNAL_ISSUER } from './access.guard.js';
export { FEATURE, FeatureGuard } from './feature.guard.js';
export { FeatureAccess, type FeatureSource } from './feature-access.js';
export { CurrentPrincipal, isAdmin, mayActFor, type Principal } from './principal.js';
