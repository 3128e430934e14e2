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
import { MpesaCallbacks } from './mpesa-callbacks.js';
import { mpesaInWords } from './mpesa-codes.js';
import { mpesaPhone } from './mpesa-phone.js';
import { MpesaPushes } from './mpesa-pushes.js';
import { MpesaReversals } from './mpesa-reversals.js';
import { readMpesaStatement } from './mpesa-statement.js';

const SHILLING = Money.of(100n, 'KES');
const LARGEST = Money.of(250_000_00n, 'KES');

/** M-Pesa: the buyer's phone rings, and a PIN on it pays. Whole shillings only. */
@Injectable()
export class MpesaStrategy implements ProviderStrategy, OnModuleInit {
  readonly provider = 'MPESA';
  readonly currency = 'KES';
  readonly readStatement = readMpesaStatement;

  constructor(
    private readonly pushes: MpesaPushes,
    private readonly reversals: MpesaReversals,
    private readonly callbacks: MpesaCallbacks,
    private readonly settings: Settings,
    private readonly strategies: PaymentStrategies,
  ) {}

  onModuleInit(): void {
    if (this.settings.takesMpesa) this.strategies.register(this);
  }

  funds(): AccountRef {
    return accounts.provider(this.provider);
  }

  limits(currency: string): ChargeLimits | undefined {
    return currency === this.currency ? { minimum: SHILLING, maximum: LARGEST, step: SHILLING.minor } : undefined;
  }

  phoneOf(given: string | undefined): string {
    return mpesaPhone(given);
  }

  inWords(code: string): string | undefined {
    return mpesaInWords(code);
  }

  start(attempt: Attempt): Promise<Started> {
    return this.pushes.start(attempt);
  }

  lookUp(attempt: Attempt): Promise<AttemptReport | undefined> {
    return this.pushes.lookUp(attempt);
  }

  /** A phone that rings cannot be made to stop: whoever answers it has paid. */
  async cancel(attempt: Attempt): Promise<AttemptReport> {
    const stands = await this.pushes.lookUp(attempt);
    return stands ?? { kind: 'attempt', outcome: 'cancelled', paymentId: attempt.paymentId };
  }

  refund(order: RefundOrder): Promise<RefundReport> {
    return this.reversals.refund(order);
  }

  verify(request: WebhookRequest): Promise<SignedEvent | undefined> {
    return this.callbacks.verify(request);
  }

  interpret(event: Pick<SignedEvent, 'body' | 'about'>): Promise<ProviderReport | undefined> {
    return this.callbacks.interpret(event);
  }
}
