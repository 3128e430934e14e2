import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../platform/database/index.js';
import type { AccountRef } from './accounts.js';

/** Locks a strict account's row until the caller's transaction ends: for those who must hold it before they lock rows of their own. */
@Injectable()
export class LockAccount {
  constructor(private readonly database: Database) {}

  /** @returns what can be taken of it now, minor units; 0 for an account that is not open */
  async execute({ code }: AccountRef, currency: string): Promise<bigint> {
    const row = await this.database.row<{ available: bigint }>(
      Prisma.sql`SELECT ledger_lock_available(${code}, ${currency}) AS available`,
    );
    return row?.available ?? 0n;
  }
}
