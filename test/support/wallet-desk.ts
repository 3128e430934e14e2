import type { WalletDto } from '../../src/finance/wallets/wallets.dto.js';
import type { CreatedSessionDto } from '../../src/payments/index.js';
import { type Person, person } from './people.js';
import { expectStatus, type School } from './school.js';

/** What somebody does with their wallet. */
export class WalletDesk {
  constructor(private readonly school: School) {}

  async topUp(who: Person, amount: number, currency = 'USD'): Promise<void> {
    const { session } = expectStatus(
      201,
      await this.school.post<CreatedSessionDto>('/finance/actions/wallet-topup', { amount, currency }, who.token),
    );
    this.school.sandbox.stripe.pay(session.providerReference!);
    await this.school.quiet();
  }

  async rich(amount = 50_000): Promise<Person> {
    const who = await person(this.school);
    await this.topUp(who, amount);
    return who;
  }

  async wallet(who: Person) {
    return expectStatus(200, await this.school.get<WalletDto>('/finance/wallets/me', who.token)).balances;
  }

  async available(who: Person) {
    return (await this.wallet(who)).find(({ currency }) => currency === 'USD')?.available ?? 0;
  }
}
