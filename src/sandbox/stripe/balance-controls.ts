import type { Account } from './account.js';
import { makeAvailable } from './balance.js';

/** What time and banks do with the money on the balance. */
export class BalanceControls {
  constructor(
    private readonly account: Account,
    private readonly settle: () => void,
  ) {}

  /** How long the money of later charges stays pending; two days unless told. */
  availableAfter(seconds: number): void {
    this.account.availableAfterSeconds = seconds;
  }

  /** What is pending is available now. */
  makeAvailable(): void {
    this.settle();
    makeAvailable(this.account);
  }
}
