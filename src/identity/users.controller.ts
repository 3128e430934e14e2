import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Problems } from '../platform/errors/index.js';
import { Endpoint, type Page } from '../platform/http/index.js';
import { ChangeRolesDto, UpdateProfileDto, UserDto, UsersQuery } from './identity.dto.js';
import { IdentityProblems } from './identity.problems.js';
import { ChangeRoles } from './users/change-roles.js';
import { FindUsers } from './users/find-users.js';
import { ReadUser } from './users/read-user.js';
import { UpdateProfile } from './users/update-profile.js';

@ApiTags('identity')
@Controller('users')
export class UsersController {
  constructor(
    private readonly findUsers: FindUsers,
    private readonly readUser: ReadUser,
    private readonly updateProfile: UpdateProfile,
    private readonly changeRoles: ChangeRoles,
  ) {}

  @Patch('me')
  @Endpoint({ access: 'signed-in', summary: 'Change your own profile; what is left out stays', answers: UserDto })
  updateMe(@CurrentPrincipal() { userId }: Principal, @Body() changes: UpdateProfileDto): Promise<UserDto> {
    return this.updateProfile.execute(userId, changes);
  }

  @Get()
  @Endpoint({ access: ['ADMIN'], summary: 'All users, newest first', pageOf: UserDto })
  list(@Query() query: UsersQuery): Promise<Page<UserDto>> {
    return this.findUsers.execute(query);
  }

  @Get(':id')
  @Endpoint({ access: ['ADMIN'], summary: 'One user', answers: UserDto, errors: [Problems.notFound] })
  read(@Param('id') id: string): Promise<UserDto> {
    return this.readUser.execute(id);
  }

  @Patch(':id/roles')
  @Endpoint({
    access: ['ADMIN'],
    summary: "Set a user's roles",
    description:
      'Leaves an audit record with the roles before and after. Takes effect at once, also for tokens already given out.',
    answers: UserDto,
    errors: [Problems.notFound, IdentityProblems.lastAdmin],
  })
  setRoles(
    @CurrentPrincipal() admin: Principal,
    @Param('id') id: string,
    @Body() { roles }: ChangeRolesDto,
  ): Promise<UserDto> {
    return this.changeRoles.execute(admin.userId, id, roles);
  }
}
