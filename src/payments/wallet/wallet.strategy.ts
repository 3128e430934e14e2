import { Injectable, type OnModuleInit } from '@nestjs/common';
import { accounts, type AccountRef } from '../../ledger/index.js';
import { Money } from '../../platform/money/index.js';
import { type ChargeLimits, PaymentStrategies, type PaymentStrategy } from '../ports/payment-strategy.js';

/** What a JSON number holds exactly. */
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/** The buyer's own wallet: paid in our own transaction, from the account that the ledger will not let fall below zero. */
@Injectable()
export class WalletStrategy implements PaymentStrategy, OnModuleInit {
  readonly provider = 'WALLET';

  constructor(private readonly strategies: PaymentStrategies) {}

  onModuleInit(): void {
    this.strategies.register(this);
  }

  funds(userId: string): AccountRef {
    return accounts.wallet(userId);
  }

  limits(currency: string): ChargeLimits {
    return { minimum: Money.of(1n, currency), maximum: Money.of(LARGEST, currency), step: 1n };
  }
}
