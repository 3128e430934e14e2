import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ProfilePart, ProfileParts } from '../../identity/index.js';
import { Database } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { TokenBalanceDto } from '../tokens.dto.js';

/** What a person has; also the part of their profile that shows it. */
@Injectable()
export class ReadBalance implements ProfilePart, OnModuleInit {
  readonly name = 'tokens';

  constructor(
    private readonly database: Database,
    private readonly profile: ProfileParts,
  ) {}

  onModuleInit(): void {
    this.profile.register(this);
  }

  async read(userId: string): Promise<TokenBalanceDto> {
    const account = await this.database.client.tokenAccount.findUnique({
      where: { userId },
      select: { balance: true },
    });
    return { balance: account ? toJsonAmount(account.balance) : 0 };
  }
}
