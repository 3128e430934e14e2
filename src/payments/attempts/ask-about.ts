import { Injectable } from '@nestjs/common';
import { afterCommit, type PaymentProvider } from '../../platform/database/index.js';
import { Sweeps } from '../../platform/jobs/index.js';
import type { AskReport } from '../ports/payment-strategy.js';
import { Attempts } from './attempts.js';
import { ATTEMPTS_SWEEP } from './resolve-attempts.js';

/** Has the provider asked at once how an attempt stands, also one that has ended for us. */
@Injectable()
export class AskAbout {
  constructor(
    private readonly attempts: Attempts,
    private readonly sweeps: Sweeps,
  ) {}

  /** In the caller's transaction. @returns false when the report is about no payment of ours */
  async execute(provider: PaymentProvider, { paymentId }: AskReport): Promise<boolean> {
    const asked = await this.attempts.askNow(provider, paymentId);
    if (asked) afterCommit(() => this.sweeps.wake(ATTEMPTS_SWEEP));
    return asked;
  }
}
