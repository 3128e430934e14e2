import { Injectable } from '@nestjs/common';
import { AccessTokens } from '../access/access-tokens.js';
import type { SignedInDto } from '../identity.dto.js';
import type { PublicUser } from '../users/user.js';
import { RefreshTokenStore } from './refresh-token-store.js';

/** What every kind of signing in ends with. */
@Injectable()
export class IssueTokens {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokenStore,
  ) {}

  async execute(user: PublicUser, familyId?: string): Promise<SignedInDto> {
    return {
      user,
      accessToken: await this.accessTokens.sign(user.id),
      tokenType: 'Bearer',
      expiresIn: this.accessTokens.lifeSeconds,
      refreshToken: await this.refreshTokens.issue(user.id, familyId),
    };
  }
}
