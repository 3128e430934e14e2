import { expect } from '@jest/globals';
import type { EarningsDto } from '../../src/finance/earnings/earnings.dto.js';
import type { PayoutDto, SetPayoutAccountAnswerDto } from '../../src/finance/payouts/payouts.dto.js';
import type { Answer } from './app.js';
import { Desk, type Refusal } from './giving-back.js';
import { freshPhone } from './mpesa-desk.js';
import { type Person, person } from './people.js';
import { expectStatus, publishedCourse, type School } from './school.js';

const HOLD_SECONDS = 14 * 86_400 + 60;
/** More than all that is bought in one file. */
const RICHES = { USD: 900_000, KES: 9_000_000 } as const;

export type PayoutAnswer = Answer<PayoutDto & Refusal>;
type Currency = keyof typeof RICHES;

interface Sold {
  price?: number;
  currency?: Currency;
  who?: Person;
}

/** Somebody who has earned something, and where it is paid to. */
export interface Payee extends Person {
  readonly account: string;
}

/** What tests of payouts do and look at. Seven tenths of a price are the instructor's. */
export class PayoutDesk {
  private readonly buyers = new Map<Currency, Person>();

  constructor(
    private readonly school: School,
    private readonly desk = new Desk(school),
  ) {}

  private get stripe() {
    return this.school.sandbox.stripe;
  }

  /** An instructor who has sold a course for so much, its hold period over. */
  async earner(terms: Sold = {}): Promise<Person> {
    const instructor = await this.seller(terms);
    await this.released();
    return instructor;
  }

  /** With an account at Stripe that can be paid. */
  async stripePayee(price?: number): Promise<Payee> {
    const [payee] = await this.stripePayees(1, price);
    return payee!;
  }

  async stripePayees(count: number, price?: number): Promise<Payee[]> {
    const sellers = await this.sellers(count, { price });
    return Promise.all(sellers.map(async (one) => ({ ...one, account: await this.onboarded(one) })));
  }

  /** With a phone. */
  async mpesaPayee(price?: number): Promise<Payee> {
    const [payee] = await this.mpesaPayees(1, price);
    return payee!;
  }

  async mpesaPayees(count: number, price = 250_000): Promise<Payee[]> {
    const sellers = await this.sellers(count, { price, currency: 'KES' });
    return Promise.all(
      sellers.map(async (one) => {
        const account = freshPhone();
        expectStatus(200, await this.setAccount(one, { provider: 'MPESA', phone: account }));
        return { ...one, account };
      }),
    );
  }

  /** An account at Stripe that can be paid, heard of by us. */
  async onboarded(instructor: Person): Promise<string> {
    const first = await this.setAccount(instructor, { provider: 'STRIPE', country: 'US' });
    const { externalId } = expectStatus(200, first);
    this.stripe.connect.onboard(externalId);
    // Asked again, we look.
    expect(expectStatus(200, await this.setAccount(instructor, { provider: 'STRIPE' })).ready).toBe(true);
    return externalId;
  }

  /** An instructor who has sold a course, its hold period not over. */
  async seller({ price = 10_000, currency = 'USD', who }: Sold = {}): Promise<Person> {
    const buyer = await this.buyer(currency);
    const instructor = who ?? (await person(this.school, 'INSTRUCTOR'));
    const { id: courseId } = await publishedCourse(this.school, instructor, { price, currency });
    await this.desk.begin({ buyer, courseId, provider: 'WALLET' });
    return instructor;
  }

  /** All that was sold is past its hold period; then it is now again. */
  async released(): Promise<void> {
    await this.school.clock.at(this.school.clock.in(HOLD_SECONDS), () => this.school.quiet());
  }

  private async sellers(count: number, terms: Sold): Promise<Person[]> {
    await this.buyer(terms.currency ?? 'USD');
    const sellers = await Promise.all(Array.from({ length: count }, () => this.seller(terms)));
    await this.released();
    return sellers;
  }

  setAccount({ token }: Person, body: object): Promise<Answer<SetPayoutAccountAnswerDto & Refusal>> {
    return this.school.request('PUT', '/finance/payout-account', { body, token });
  }

  payOut({ token }: Person, body: object = { currency: 'USD' }, key?: string): Promise<PayoutAnswer> {
    return this.school.post('/finance/payouts', body, token, key === undefined ? {} : { 'idempotency-key': key });
  }

  decide(id: string, { token }: Person, body: object = {}): Promise<PayoutAnswer> {
    return this.school.post(`/finance/payouts/${id}/approve`, body, token);
  }

  async payouts({ token }: Person): Promise<PayoutDto[]> {
    return expectStatus(200, await this.school.get<{ data: PayoutDto[] }>('/finance/payouts', token)).data;
  }

  /** The only one of an instructor. */
  async payout(of: Person): Promise<PayoutDto> {
    const found = await this.payouts(of);
    expect(found).toHaveLength(1);
    return found[0]!;
  }

  /** What may be paid out, is on its way, and has been paid out, in the one currency of theirs. */
  async standing({ token }: Person) {
    const { currencies } = expectStatus(200, await this.school.get<EarningsDto>('/finance/earnings', token));
    expect(currencies).toHaveLength(1);
    const { available, inTransit, paidOut } = currencies[0]!;
    return { available, inTransit, paidOut };
  }

  /** The time comes at which the provider is asked again. */
  async later(seconds = 60): Promise<void> {
    this.school.clock.advance(seconds);
    await this.school.quiet();
  }

  /** Of transfers to an account, what they are worth and how much of that was taken back. */
  transfersTo(account: string): [amount: number, reversed: number][] {
    return this.stripe.account.store.transfers
      .filter(({ destination }) => destination === account)
      .map(({ amount, amount_reversed: reversed }) => [amount, reversed]);
  }

  /** What a phone was sent, in shillings. */
  sentTo(phone: string): number[] {
    return this.school.sandbox.mpesa
      .disbursements()
      .filter((one) => one.phone === phone && one.status === 'done')
      .map(({ amount }) => amount);
  }

  /** Subjects of the letters to somebody. */
  letters({ email }: Person): string[] {
    return this.school.mail
      .messages()
      .filter(({ to }) => to.includes(email))
      .map(({ subject }) => subject);
  }

  private async buyer(currency: Currency): Promise<Person> {
    const known = this.buyers.get(currency);
    if (known) return known;
    const { buyer } = await this.desk.topUp(RICHES[currency], currency);
    this.stripe.balance.makeAvailable();
    this.buyers.set(currency, buyer);
    return buyer;
  }
}
