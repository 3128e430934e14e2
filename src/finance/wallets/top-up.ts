import { Injectable, type OnModuleInit } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import {
  CreateSession,
  type Fulfilment,
  PaymentProblems,
  type Purchasable,
  Purchasables,
  type Quote,
} from '../../payments/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Settings } from '../../platform/config/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import type { TopUpDto } from './wallets.dto.js';
import { WalletProblems } from './wallets.problems.js';

/** Money paid into one's wallet: bought like anything else, for what it is worth. What is sold is named by its amount, `USD:5000`. */
@Injectable()
export class TopUp implements Purchasable, OnModuleInit {
  readonly kind = 'wallet-topup';

  constructor(
    private readonly purchasables: Purchasables,
    private readonly createSession: CreateSession,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.purchasables.register(this);
  }

  /** @returns the payment session's id */
  async execute({ amount, currency, ...wayToPay }: TopUpDto, principal: Principal): Promise<string> {
    if (!this.settings.CURRENCIES.includes(currency)) throw new DomainError(WalletProblems.currencyNotOffered);
    if (wayToPay.provider === 'WALLET')
      throw new DomainError(PaymentProblems.providerNotOffered, 'A wallet cannot fill itself');
    return this.createSession.execute({ ...wayToPay, itemKind: this.kind, itemId: `${currency}:${amount}` }, principal);
  }

  async quote(itemId: string, { userId }: Principal): Promise<Quote> {
    const [currency = '', amount = ''] = itemId.split(':');
    return {
      title: 'Wallet top-up',
      price: Money.of(BigInt(amount), currency),
      income: accounts.wallet(userId),
      isSale: false,
    };
  }

  /** The sale's own entry credits the wallet; nothing else is to be given. */
  async fulfil(): Promise<Fulfilment> {
    return { fulfilled: true };
  }

  /** What goes back is taken from the wallet by the reversing entry: there is nothing else to take, or to give back. */
  readonly suspend = nothing;
  readonly restore = nothing;
  readonly revoke = nothing;
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
