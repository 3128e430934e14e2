import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type ProfilePart, ProfileParts } from '../../identity/index.js';
import { ReadWallets, type WalletBalance, type WalletMovement, type WalletOwnerType } from '../../ledger/index.js';
import { notFound } from '../../platform/errors/index.js';
import { toCursorPage } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type {
  MovementDto,
  StatementDto,
  StatementQuery,
  WalletBalanceDto,
  WalletDto,
  WalletTotalDto,
} from './wallets.dto.js';

/** Wallets as answers; also the part of a profile that shows them. */
@Injectable()
export class ShowWallets implements ProfilePart, OnModuleInit {
  readonly name = 'wallets';

  constructor(
    private readonly wallets: ReadWallets,
    private readonly profile: ProfileParts,
  ) {}

  onModuleInit(): void {
    this.profile.register(this);
  }

  async read(userId: string): Promise<WalletBalanceDto[]> {
    return (await this.wallets.of(userId, 'STUDENT')).map(toBalance);
  }

  async of(ownerId: string, ownerType: WalletOwnerType): Promise<WalletDto> {
    return { ownerId, ownerType, balances: (await this.wallets.of(ownerId, ownerType)).map(toBalance) };
  }

  /** The statement of a person's own wallet; empty before anything was paid in. */
  async own(userId: string, currency: string, query: StatementQuery): Promise<StatementDto> {
    const wallet = (await this.wallets.of(userId, 'STUDENT')).find((one) => one.currency === currency);
    return wallet ? this.page(wallet.id, query) : { data: [], nextCursor: null };
  }

  /** @throws not found unless it is a wallet's id */
  async statement(id: string, query: StatementQuery): Promise<StatementDto> {
    const number = numberOf(id);
    if (number === undefined || !(await this.wallets.exists(number))) throw notFound('Wallet');
    return this.page(number, query);
  }

  async totals(): Promise<WalletTotalDto[]> {
    return (await this.wallets.totals()).map(({ ownerType, currency, wallets, balance, held }) => ({
      ownerType,
      currency,
      wallets: Number(wallets),
      balance: toJsonAmount(balance),
      lockedBalance: toJsonAmount(held),
    }));
  }

  private async page(id: bigint, { cursor, limit }: StatementQuery): Promise<StatementDto> {
    const found = await this.wallets.statement(id, limit + 1, cursor === undefined ? undefined : BigInt(cursor));
    return toCursorPage(found.map(toMovement), limit, ({ sequence }) => String(sequence));
  }
}

/** A wallet is an account, and its id is the account's number with a prefix: sortable by age like every id. */
const WALLET_ID = /^wal_(\d{12,18})$/;

function numberOf(id: string): bigint | undefined {
  const digits = WALLET_ID.exec(id)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

function toBalance({ id, currency, balance, held }: WalletBalance): WalletBalanceDto {
  return {
    id: `wal_${id.toString().padStart(12, '0')}`,
    currency,
    balance: toJsonAmount(balance),
    lockedBalance: toJsonAmount(held),
    available: toJsonAmount(balance - held),
  };
}

function toMovement({ sequence, amount, balanceAfter, ...movement }: WalletMovement): MovementDto {
  return {
    ...movement,
    sequence: Number(sequence),
    amount: toJsonAmount(amount),
    balanceAfter: toJsonAmount(balanceAfter),
  };
}
