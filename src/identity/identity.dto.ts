import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique } from 'class-validator';
import { Role } from '../platform/database/index.js';
import {
  Choice,
  Email,
  Flag,
  IdOf,
  Moment,
  Nested,
  PageQuery,
  Secret,
  Text,
  TimeZone,
  WebAddress,
  Whole,
} from '../platform/http/index.js';

export class RegisterDto {
  @Text({ description: 'Name, as others see it' })
  name: string;

  @Email({ description: 'E-mail address; upper and lower case are the same', example: 'amina@example.com' })
  email: string;

  @Secret({ description: 'Password, 10 to 128 characters of any kind', min: 10, max: 128 })
  password: string;

  @TimeZone({ description: 'IANA time zone for days, streaks and reports; UTC when omitted', optional: true })
  timeZone?: string;
}

export class LogInDto {
  @Email({ description: 'E-mail address' })
  email: string;

  @Secret({ description: 'Password', max: 128 })
  password: string;
}

export class RefreshTokenDto {
  @Secret({ description: 'The refresh token of the latest sign-in or refresh' })
  refreshToken: string;
}

export class UpdateProfileDto {
  @Text({ description: 'Name, as others see it', optional: true })
  name?: string;

  @WebAddress({ description: 'Address of a picture; null removes it', optional: true, nullable: true })
  profilePicture?: string | null;

  @TimeZone({ description: 'IANA time zone', optional: true })
  timeZone?: string;
}

export class ChangeRolesDto {
  @Choice(Role, { description: 'All the roles that the user shall have: at least one, none twice', isArray: true })
  @ArrayNotEmpty()
  @ArrayUnique()
  roles: Role[];
}

export class UsersQuery extends PageQuery {
  @Choice(Role, { description: 'Only users who hold this role', optional: true })
  role?: Role;

  @Text({ description: 'Only users with this text in the name or e-mail, in any case', optional: true })
  search?: string;
}

export class UserDto {
  @IdOf('user', { description: 'Id' })
  id: string;

  @Email({ description: 'E-mail; null for people whose external issuer did not vouch for one', nullable: true })
  email: string | null;

  @Text({ description: 'Name' })
  name: string;

  @WebAddress({ description: 'Address of a picture', nullable: true })
  profilePicture: string | null;

  @Choice(Role, { description: 'Roles', isArray: true })
  roles: Role[];

  @TimeZone({ description: 'IANA time zone' })
  timeZone: string;

  @Moment({ description: 'Since when' })
  createdAt: Date;
}

export class ProfileDto extends UserDto {
  @ApiProperty({
    description: 'What the user owns, by kind: each feature that keeps a balance adds its own',
    type: 'object',
    additionalProperties: true,
  })
  balances: Record<string, unknown>;
}

export class SignedInDto {
  @Nested(() => UserDto, { description: 'Who signed in' })
  user: UserDto;

  @Secret({ description: 'Send it as `Authorization: Bearer …`', max: 4000 })
  accessToken: string;

  @Choice(['Bearer'], { description: 'How the access token is sent' })
  tokenType: 'Bearer';

  @Whole({ description: 'Life of the access token, in seconds' })
  expiresIn: number;

  @Secret({ description: 'Good for one refresh, which answers the next one' })
  refreshToken: string;
}

export class LoggedOutDto {
  @Flag({ description: 'Always true' })
  success: boolean;
}
