import { Module } from '@nestjs/common';
import { AccessTokens } from './access/access-tokens.js';
import { BuiltInStrategy } from './access/built-in.strategy.js';
import { ExternalKeys } from './access/external-keys.js';
import { ExternalStrategy } from './access/external.strategy.js';
import { Principals } from './access/principals.js';
import { ProvisionExternalUser } from './access/provision-external-user.js';
import { AuthController } from './auth.controller.js';
import { CreateAdmin } from './create-admin.js';
import { FriendsController } from './friends/friends.controller.js';
import { FriendsOf } from './friends/friends-of.js';
import { friends } from './friends/friends.providers.js';
import { BranchesController } from './organization/branches.controller.js';
import { CentersController } from './organization/centers.controller.js';
import { EditBranchStaff } from './organization/edit-branch-staff.js';
import { EditBranches } from './organization/edit-branches.js';
import { EditCenters } from './organization/edit-centers.js';
import { LockOrganization } from './organization/lock-organization.js';
import { ReadBranches } from './organization/read-branches.js';
import { ReadCenters } from './organization/read-centers.js';
import { WorksAt } from './organization/works-at.js';
import { IssueTokens } from './sign-in/issue-tokens.js';
import { LogIn } from './sign-in/log-in.js';
import { LogOut } from './sign-in/log-out.js';
import { Passwords } from './sign-in/passwords.js';
import { RefreshTokenStore } from './sign-in/refresh-token-store.js';
import { RefreshTokens } from './sign-in/refresh-tokens.js';
import { RegisterUser } from './sign-in/register-user.js';
import { UsersController } from './users.controller.js';
import { ChangeRoles } from './users/change-roles.js';
import { FindUsers } from './users/find-users.js';
import { ProfileParts } from './users/profile-parts.js';
import { ReadProfile } from './users/read-profile.js';
import { ReadUser } from './users/read-user.js';
import { UpdateProfile } from './users/update-profile.js';

/** Who people are and how they prove it. The strategies register themselves with passport, where the platform's guard finds them. */
@Module({
  controllers: [AuthController, UsersController, CentersController, BranchesController, FriendsController],
  providers: [
    ...[Principals, AccessTokens, BuiltInStrategy, ExternalKeys, ExternalStrategy, ProvisionExternalUser],
    ...[Passwords, RefreshTokenStore, IssueTokens, RegisterUser, LogIn, RefreshTokens, LogOut],
    ...[ProfileParts, ReadProfile, UpdateProfile, FindUsers, ReadUser, ChangeRoles],
    ...[LockOrganization, ReadCenters, EditCenters, ReadBranches, EditBranches, EditBranchStaff, WorksAt],
    ...friends,
    CreateAdmin,
  ],
  exports: [RegisterUser, CreateAdmin, ProfileParts, LockOrganization, WorksAt, FriendsOf, ChangeRoles],
})
export class IdentityModule {}
