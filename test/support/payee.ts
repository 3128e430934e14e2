import type { PayoutDto } from '../../src/finance/payouts/payouts.dto.js';
import type { Desk } from './giving-back.js';
import type { PortalRow } from './mpesa-statement.js';
import { freshPhone } from './mpesa-desk.js';
import { type Person, person } from './people.js';
import { expectStatus, publishedCourse, type School } from './school.js';

const HOLD_SECONDS = 14 * 86_400 + 60;

/** An instructor with earnings that may be paid out. Sales are Stripe's in every currency: where it is paid out is another matter. */
export class Payee {
  private constructor(
    private readonly school: School,
    readonly person: Person,
    private readonly currency: string,
  ) {}

  static async atStripe(school: School, desk: Desk): Promise<Payee> {
    const payee = await Payee.withSale(school, desk, 'USD');
    const { externalId } = await payee.account({ provider: 'STRIPE', country: 'US' });
    school.sandbox.stripe.connect.onboard(externalId);
    await school.quiet();
    school.sandbox.stripe.balance.makeAvailable();
    return payee;
  }

  static async atMpesa(school: School, desk: Desk): Promise<Payee> {
    const payee = await Payee.withSale(school, desk, 'KES');
    await payee.account({ provider: 'MPESA', phone: freshPhone() });
    return payee;
  }

  private static async withSale(school: School, desk: Desk, currency: string): Promise<Payee> {
    const instructor = await person(school, 'INSTRUCTOR');
    const { id: courseId } = await publishedCourse(school, instructor, { price: 10_000, currency });
    await desk.buy({ courseId });
    await school.clock.at(school.clock.in(HOLD_SECONDS), () => school.quiet());
    return new Payee(school, instructor, currency);
  }

  /** All that there is. */
  async payOut(): Promise<PayoutDto> {
    const { school, currency } = this;
    return expectStatus(201, await school.post<PayoutDto>('/finance/payouts', { currency }, this.person.token));
  }

  private async account(body: object): Promise<{ externalId: string }> {
    const { token } = this.person;
    const answer = await this.school.request<{ externalId: string }>('PUT', '/finance/payout-account', { body, token });
    return expectStatus(200, answer);
  }
}

/** What went to a phone, in cents, as M-Pesa's portal shows it; what is less than nothing came back. */
export function payoutRow(
  receipt: string,
  amount: number,
  reason = 'Business Payment to Customer via API',
  at = new Date(),
): PortalRow {
  return { receipt, at, reason, amount: -amount / 100 };
}
