import { Injectable, type OnModuleInit } from '@nestjs/common';
import { accounts, type AccountRef } from '../../ledger/index.js';
import { Settings } from '../../platform/config/index.js';
import { Money } from '../../platform/money/index.js';
import {
  type Attempt,
  type AttemptReport,
  type ChargeLimits,
  PaymentStrategies,
  type ProviderReport,
  type ProviderStrategy,
  type RefundOrder,
  type RefundReport,
  type SignedEvent,
  type Started,
  type WebhookRequest,
} from '../ports/payment-strategy.js';
import { readPaymobStatement } from './paymob-statement.js';
import { PaymobCallbacks } from './paymob-callbacks.js';
import { PaymobIntentions } from './paymob-intentions.js';
import { PaymobRefunds } from './paymob-refunds.js';
import { paymobInWords } from './paymob-words.js';

/** Those of two decimals. How Paymob counts one of three, such as the Omani rial, nobody has told. */
const currencies: readonly string[] = ['EGP', 'AED', 'SAR', 'PKR'];
const MINIMUM = 1_00n;
const MAXIMUM = 1_000_000_00n;

/** Paymob: an intention, its hosted page, and callbacks of which twenty fields are signed. */
@Injectable()
export class PaymobStrategy implements ProviderStrategy, OnModuleInit {
  readonly provider = 'PAYMOB';
  readonly readStatement = readPaymobStatement;

  constructor(
    private readonly intentions: PaymobIntentions,
    private readonly refunds: PaymobRefunds,
    private readonly callbacks: PaymobCallbacks,
    private readonly settings: Settings,
    private readonly strategies: PaymentStrategies,
  ) {}

  /** What its integrations are made for. */
  get currency(): string {
    return this.settings.paymob.currency;
  }

  onModuleInit(): void {
    if (this.settings.takesPaymob) this.strategies.register(this);
  }

  funds(): AccountRef {
    return accounts.provider(this.provider);
  }

  limits(currency: string): ChargeLimits | undefined {
    if (currency !== this.currency || !currencies.includes(currency)) return undefined;
    return { minimum: Money.of(MINIMUM, currency), maximum: Money.of(MAXIMUM, currency), step: 1n };
  }

  inWords(code: string): string | undefined {
    return paymobInWords(code);
  }

  start(attempt: Attempt): Promise<Started> {
    return this.intentions.start(attempt);
  }

  lookUp(attempt: Attempt): Promise<AttemptReport | undefined> {
    return this.intentions.lookUp(attempt);
  }

  /** Paymob ends an intention at the time that it was given, and no sooner. */
  async cancel(attempt: Attempt): Promise<AttemptReport> {
    const stands = await this.intentions.lookUp(attempt);
    return stands ?? { kind: 'attempt', outcome: 'cancelled', paymentId: attempt.paymentId };
  }

  refund(order: RefundOrder): Promise<RefundReport> {
    return this.refunds.refund(order);
  }

  verify(request: WebhookRequest): SignedEvent | undefined {
    return this.callbacks.verify(request);
  }

  interpret(event: Pick<SignedEvent, 'body'>): Promise<ProviderReport | undefined> {
    return this.callbacks.interpret(event);
  }
}
