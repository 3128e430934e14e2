import { type Action, COURSE_PRICE, type Currency, type Outcome, shareOf } from './ledger-actions.js';

interface Wallet {
  balance: number;
  held: number;
}

interface ModelHold {
  owner: number;
  currency: Currency;
  amount: number;
  open: boolean;
}

interface ModelTopUp {
  owner: number;
  currency: Currency;
  amount: number;
  takenBack: boolean;
}

/** Wallets as a child would keep them: what the ledger does must come to the same. */
export class LedgerModel {
  readonly wallets = new Map<string, Wallet>();
  readonly holds: ModelHold[] = [];
  readonly topUps: ModelTopUp[] = [];
  private readonly bought = new Set<string>();

  /** Whether there is anything for it to act on. */
  knows(action: Action): boolean {
    if ('topUp' in action) return this.topUps.length > 0;
    if ('hold' in action) return this.holds.length > 0;
    return true;
  }

  perform(action: Action): Outcome {
    switch (action.kind) {
      case 'topUp':
        this.pay(action.owner, action.currency, action.amount);
        this.topUps.push({ ...action, takenBack: false });
        return 'done';
      case 'takeBack':
        return this.takeBack(this.topUps[action.topUp % this.topUps.length]!);
      case 'replay':
        return action.changed ? 'otherContent' : 'replayed';
      case 'hold':
        return this.hold(action);
      case 'holdAgain':
        return action.changed ? 'otherContent' : 'replayed';
      case 'capture':
        return this.capture(this.holds[action.hold % this.holds.length]!, action.share);
      case 'release':
        return this.resolve(this.holds[action.hold % this.holds.length]!) ? 'done' : 'not open';
      case 'transfer':
        return this.transfer(action.from, action.to, action.currency, action.amount);
      case 'buy':
        return this.buy(action.owner, action.currency);
      case 'fold':
        return 'done';
    }
  }

  /** Every wallet that was ever paid into, in a form that compares. */
  state(): Record<string, Wallet> {
    return Object.fromEntries(this.wallets);
  }

  private pay(owner: number, currency: Currency, amount: number): void {
    const wallet = this.wallets.get(`${owner} ${currency}`) ?? { balance: 0, held: 0 };
    this.wallets.set(`${owner} ${currency}`, { ...wallet, balance: wallet.balance + amount });
  }

  private available(owner: number, currency: Currency): number {
    const wallet = this.wallets.get(`${owner} ${currency}`);
    return wallet ? wallet.balance - wallet.held : 0;
  }

  private takeBack(topUp: ModelTopUp): Outcome {
    if (topUp.takenBack) return 'replayed';
    if (this.available(topUp.owner, topUp.currency) < topUp.amount) return 'insufficient';
    topUp.takenBack = true;
    this.pay(topUp.owner, topUp.currency, -topUp.amount);
    return 'done';
  }

  private hold({ owner, currency, amount }: { owner: number; currency: Currency; amount: number }): Outcome {
    const wallet = this.wallets.get(`${owner} ${currency}`);
    if (!wallet) return 'noAccount';
    if (this.available(owner, currency) < amount) return 'insufficient';
    wallet.held += amount;
    this.holds.push({ owner, currency, amount, open: true });
    return 'done';
  }

  private capture(hold: ModelHold, share: number): Outcome {
    const taken = shareOf(hold.amount, share);
    if (!hold.open) return 'not open';
    if (taken > hold.amount) return 'moreThanHeld';
    this.resolve(hold);
    this.pay(hold.owner, hold.currency, -taken);
    return 'done';
  }

  private resolve(hold: ModelHold): boolean {
    if (!hold.open) return false;
    hold.open = false;
    this.wallets.get(`${hold.owner} ${hold.currency}`)!.held -= hold.amount;
    return true;
  }

  private transfer(from: number, to: number, currency: Currency, amount: number): Outcome {
    if (from === to) return 'TRANSFER_TO_ONESELF';
    if (this.available(from, currency) < amount) return 'INSUFFICIENT_BALANCE';
    this.pay(from, currency, -amount);
    this.pay(to, currency, amount);
    return 'done';
  }

  private buy(owner: number, currency: Currency): Outcome {
    if (this.bought.has(`${owner} ${currency}`)) return 'ALREADY_ENROLLED';
    if (this.available(owner, currency) < COURSE_PRICE) return 'INSUFFICIENT_BALANCE';
    this.bought.add(`${owner} ${currency}`);
    this.pay(owner, currency, -COURSE_PRICE);
    return 'done';
  }
}
