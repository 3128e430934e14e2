import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Endpoint } from '../platform/http/index.js';
import { LoggedOutDto, LogInDto, ProfileDto, RefreshTokenDto, RegisterDto, SignedInDto } from './identity.dto.js';
import { IdentityProblems } from './identity.problems.js';
import { LogIn } from './sign-in/log-in.js';
import { LogOut } from './sign-in/log-out.js';
import { RefreshTokens } from './sign-in/refresh-tokens.js';
import { RegisterUser } from './sign-in/register-user.js';
import { ReadProfile } from './users/read-profile.js';

@ApiTags('identity')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly registerUser: RegisterUser,
    private readonly logIn: LogIn,
    private readonly refreshTokens: RefreshTokens,
    private readonly logOut: LogOut,
    private readonly readProfile: ReadProfile,
  ) {}

  @Post('register')
  @Endpoint({
    access: 'public',
    summary: 'Register with the built-in issuer and sign in',
    description: 'The new user is a STUDENT; an admin gives further roles.',
    status: 201,
    answers: SignedInDto,
    errors: [IdentityProblems.emailTaken],
    limit: 'sign-in',
  })
  register(@Body() registration: RegisterDto): Promise<SignedInDto> {
    return this.registerUser.execute(registration);
  }

  @Post('login')
  @Endpoint({
    access: 'public',
    summary: 'Sign in with e-mail and password',
    answers: SignedInDto,
    errors: [IdentityProblems.invalidCredentials],
    limit: 'sign-in',
  })
  login(@Body() credentials: LogInDto): Promise<SignedInDto> {
    return this.logIn.execute(credentials);
  }

  @Post('refresh')
  @Endpoint({
    access: 'public',
    summary: 'Exchange a refresh token for a new access token and the next refresh token',
    description:
      'Each refresh token is good once. One that comes again ends the whole sign-in: both holders must sign in anew.',
    answers: SignedInDto,
    errors: [IdentityProblems.invalidRefreshToken, IdentityProblems.refreshTokenReused],
  })
  refresh(@Body() { refreshToken }: RefreshTokenDto): Promise<SignedInDto> {
    return this.refreshTokens.execute(refreshToken);
  }

  @Post('logout')
  @Endpoint({
    access: 'public',
    summary: 'End the sign-in that a refresh token belongs to',
    description: 'The answer is the same for an unknown token. Access tokens already given out last until they expire.',
    answers: LoggedOutDto,
  })
  async logout(@Body() { refreshToken }: RefreshTokenDto): Promise<LoggedOutDto> {
    await this.logOut.execute(refreshToken);
    return { success: true };
  }

  @Get('me')
  @Endpoint({ access: 'signed-in', summary: 'Your own profile and balances', answers: ProfileDto })
  me(@CurrentPrincipal() { userId }: Principal): Promise<ProfileDto> {
    return this.readProfile.execute(userId);
  }
}
