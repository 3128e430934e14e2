import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import type { LogInDto, SignedInDto } from '../identity.dto.js';
import { IdentityProblems } from '../identity.problems.js';
import { publicUser } from '../users/user.js';
import { IssueTokens } from './issue-tokens.js';
import { Passwords } from './passwords.js';

@Injectable()
export class LogIn {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly issueTokens: IssueTokens,
  ) {}

  /** One refusal, in the same time, for an unknown e-mail and a wrong password. */
  async execute({ email, password }: LogInDto): Promise<SignedInDto> {
    const found = await this.database.client.user.findUnique({
      where: { email },
      select: { ...publicUser, passwordHash: true },
    });
    const matches = await this.passwords.verify(found?.passwordHash, password);
    if (!found || !matches) throw new DomainError(IdentityProblems.invalidCredentials);
    const { passwordHash: _, ...user } = found;
    return this.issueTokens.execute(user);
  }
}
