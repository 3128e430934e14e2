import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';

export interface LockedAccount {
  readonly balance: bigint;
  readonly sequence: number;
  readonly listed: boolean;
}

/** Locks a person's tokens until the caller's transaction ends; opens the account of who has none. */
@Injectable()
export class LockTokenAccount {
  constructor(private readonly database: Database) {}

  async execute(userId: string): Promise<LockedAccount> {
    return (await this.lock(userId)) ?? this.open(userId);
  }

  private async open(userId: string): Promise<LockedAccount> {
    await this.database.client.tokenAccount.createMany({ data: [{ userId }], skipDuplicates: true });
    const account = await this.lock(userId);
    if (!account) throw new Error(`the tokens of ${userId} are gone`);
    return account;
  }

  private lock(userId: string): Promise<LockedAccount | undefined> {
    return this.database.row<LockedAccount>(
      Prisma.sql`SELECT balance, sequence, listed FROM token_accounts WHERE user_id = ${userId} FOR UPDATE`,
    );
  }
}
