import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { PaymentProblems } from '../payments.problems.js';

/** Where buyers may be sent back to: the configured frontends, so that nobody can make us an open redirect. */
@Injectable()
export class ReturnAddresses {
  private readonly origins: Set<string>;

  constructor(private readonly settings: Settings) {
    this.origins = new Set([settings.FRONTEND_URL, ...settings.CORS_ORIGINS].map((address) => new URL(address).origin));
  }

  /**
   * @param page of the frontend where buyers come back to unless told
   * @throws PaymentProblems.returnUrl
   */
  check(
    given: { returnUrl?: string; cancelUrl?: string },
    page = '/payment/success?session_id={CHECKOUT_SESSION_ID}',
  ): { returnUrl: string; cancelUrl: string } {
    const home = this.settings.FRONTEND_URL.replace(/\/$/, '');
    return {
      returnUrl: this.allowed(given.returnUrl) ?? `${home}${page}`,
      cancelUrl: this.allowed(given.cancelUrl) ?? `${home}/payment/cancel`,
    };
  }

  private allowed(address: string | undefined): string | undefined {
    if (address === undefined) return undefined;
    const { origin, username, password } = new URL(address);
    // What browsers and other readers of addresses understand differently is not allowed at all.
    const ambiguous = username !== '' || password !== '' || !/^https?:\/\/[^\\]*$/i.test(address);
    if (ambiguous || !this.origins.has(origin))
      throw new DomainError(PaymentProblems.returnUrl, `${origin} is not a known frontend`);
    return address;
  }
}
