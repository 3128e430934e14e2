export { CreateAdmin } from './create-admin.js';
export { PersonDto } from './friends/friends.dto.js';
export { FriendsOf } from './friends/friends-of.js';
export { IdentityModule } from './identity.module.js';
export { IdentityProblems } from './identity.problems.js';
export { LockOrganization } from './organization/lock-organization.js';
export { BranchChanged, BranchRemoved } from './organization/organization.events.js';
export { seesOwnBranchesOnly, WorksAt } from './organization/works-at.js';
export { type ProfilePart, ProfileParts } from './users/profile-parts.js';
