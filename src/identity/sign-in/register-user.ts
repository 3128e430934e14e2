import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, inTransaction } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { RegisterDto, SignedInDto } from '../identity.dto.js';
import { IdentityProblems } from '../identity.problems.js';
import { publicUser, type PublicUser } from '../users/user.js';
import { IssueTokens } from './issue-tokens.js';
import { Passwords } from './passwords.js';

/** Creates a student and signs them in. Other roles are an admin's to give. */
@Injectable()
export class RegisterUser {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly passwords: Passwords,
    private readonly issueTokens: IssueTokens,
  ) {}

  async execute(registration: RegisterDto): Promise<SignedInDto> {
    // Before the transaction: hashing is slow on purpose, and a connection should not wait for it.
    const passwordHash = await this.passwords.hash(registration.password);
    return inTransaction(async () => this.issueTokens.execute(await this.insert(registration, passwordHash)));
  }

  /** Contends on the unique e-mail: of two registrations at once, one inserts and the other is told. */
  private async insert({ name, email, timeZone }: RegisterDto, passwordHash: string): Promise<PublicUser> {
    const now = this.clock.now();
    const [user] = await this.database.client.user.createManyAndReturn({
      data: [
        { id: newId('user'), email, name, timeZone, passwordHash, roles: ['STUDENT'], createdAt: now, updatedAt: now },
      ],
      skipDuplicates: true,
      select: publicUser,
    });
    if (!user) throw new DomainError(IdentityProblems.emailTaken);
    return user;
  }
}
