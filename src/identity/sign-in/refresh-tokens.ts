import { Injectable } from '@nestjs/common';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, type ProblemType } from '../../platform/errors/index.js';
import type { SignedInDto } from '../identity.dto.js';
import { IdentityProblems } from '../identity.problems.js';
import { publicUser } from '../users/user.js';
import { IssueTokens } from './issue-tokens.js';
import { RefreshTokenStore } from './refresh-token-store.js';

/** Exchanges a refresh token for the next one. */
@Injectable()
export class RefreshTokens {
  constructor(
    private readonly database: Database,
    private readonly store: RefreshTokenStore,
    private readonly issueTokens: IssueTokens,
  ) {}

  /** Not one transaction: the refusal is an error, and what it revoked must not be rolled back with it. */
  async execute(refreshToken: string): Promise<SignedInDto> {
    const signedIn = await this.rotate(refreshToken);
    if (!signedIn) throw new DomainError(await this.refuse(refreshToken));
    return signedIn;
  }

  @Transactional()
  private async rotate(refreshToken: string): Promise<SignedInDto | undefined> {
    const owner = await this.store.use(refreshToken);
    if (!owner) return undefined;
    const user = await this.database.client.user.findUniqueOrThrow({ where: { id: owner.userId }, select: publicUser });
    return this.issueTokens.execute(user, owner.familyId);
  }

  /** A token that comes back after its use is in two hands, and nobody can tell which is the thief's: both must sign in again. */
  private async refuse(refreshToken: string): Promise<ProblemType> {
    const known = await this.store.find(refreshToken);
    if (!known?.usedAt && !known?.revokedAt) return IdentityProblems.invalidRefreshToken;
    await this.store.revokeFamily(known.familyId);
    return IdentityProblems.refreshTokenReused;
  }
}
