import type { ClassSessionStatus, SeatStatus, StudentPackageStatus } from '../../src/platform/database/index.js';
import { type Action, type Outcome, PRICE, PURSE, SESSIONS, TAX } from './package-actions.js';

interface ModelPackage {
  status: StudentPackageStatus;
  remaining: number;
  refunded: number;
  net: number;
  tax: number;
  paid: number;
  /** Of the money, given back. */
  givenBack: number;
}

interface ModelSeat {
  session: number;
  status: SeatStatus;
  /** Which package pays for it. */
  bought: number | null;
  paid: number;
  tax: number;
  returned: boolean;
}

/** What is compared after each action. */
export interface PackageState {
  packages: ModelPackage[];
  seats: ModelSeat[];
  wallet: { balance: number; held: number };
}

const rounded = (part: number, of: number, whole: number) => Math.floor((2 * part * of + whole) / (2 * whole));

/** Packages as a child would keep them, in a box of coins each: what the system does must come to the same. */
export class PackageModel {
  private readonly packages: ModelPackage[] = [];
  private readonly seats: ModelSeat[] = [];
  private readonly sessions = Array.from({ length: SESSIONS }, (): ClassSessionStatus => 'SCHEDULED');
  private readonly wallet = { balance: PURSE, held: 0 };

  /** Whether there is anything for it to act on. */
  knows(action: Action): boolean {
    if ('seat' in action) return this.seats.length > 0;
    if ('bought' in action) return this.packages.length > 0;
    return action.kind === 'buy' || action.kind === 'book' || this.sessions[action.session] === 'SCHEDULED';
  }

  state(): PackageState {
    return { packages: this.packages, seats: this.seats, wallet: this.wallet };
  }

  perform(action: Action): Outcome {
    switch (action.kind) {
      case 'buy':
        return this.buy(action.price, action.credits);
      case 'book':
        return this.book(action.session);
      case 'cancel':
        return this.cancel(this.seats[action.seat % this.seats.length]!, action.by);
      case 'centerCancel':
        return this.centerCancel(action.session);
      case 'finish':
        return this.finish(action.session);
      case 'refundPackage':
        return this.refundPackage(this.bought(action.bought));
      case 'refundPayment': {
        const one = this.bought(action.bought);
        return this.refundPayment(one, Math.max(1, Math.floor((one.paid * action.tenths) / 10)));
      }
    }
  }

  private bought(number: number): ModelPackage {
    return this.packages[number % this.packages.length]!;
  }

  private get available(): number {
    return this.wallet.balance - this.wallet.held;
  }

  private buy(price: number, credits: number): Outcome {
    const tax = rounded(price, 19, 100);
    const paid = price + tax;
    if (this.available < paid) return 'INSUFFICIENT_BALANCE';
    this.wallet.balance -= paid;
    this.packages.push({ status: 'ACTIVE', remaining: credits, refunded: 0, net: price, tax, paid, givenBack: 0 });
    return 'done';
  }

  private book(session: number): Outcome {
    if (this.seats.some((seat) => seat.session === session && (seat.status === 'LOCKED' || seat.status === 'PAID')))
      return 'ALREADY_ENROLLED_IN_SESSION';
    if (this.sessions[session] !== 'SCHEDULED') return 'SESSION_CLOSED';
    const bought = this.packages.findIndex(({ status }) => status === 'ACTIVE');
    if (bought === -1) {
      if (this.available < PRICE) return 'INSUFFICIENT_CREDITS_OR_BALANCE';
      this.wallet.held += PRICE;
      this.seats.push({ session, status: 'LOCKED', bought: null, paid: 0, tax: 0, returned: false });
      return 'done';
    }
    const from = this.packages[bought]!;
    const [net, tax] = [Math.floor(from.net / from.remaining), Math.floor(from.tax / from.remaining)];
    from.net -= net;
    from.tax -= tax;
    from.remaining -= 1;
    if (from.remaining === 0) from.status = 'EXHAUSTED';
    this.seats.push({ session, status: 'PAID', bought, paid: net + tax, tax, returned: false });
    return 'done';
  }

  private cancel(seat: ModelSeat, by: 'student' | 'admin'): Outcome {
    if (seat.status === 'CANCELLED') return 'done';
    if (by === 'student' && this.sessions[seat.session] !== 'SCHEDULED') return 'TOO_LATE_TO_CANCEL';
    this.giveBack(seat);
    seat.status = 'CANCELLED';
    return 'done';
  }

  private centerCancel(session: number): Outcome {
    this.sessions[session] = 'CANCELED';
    for (const seat of this.seats) if (seat.session === session) this.cancel(seat, 'admin');
    return 'done';
  }

  private finish(session: number): Outcome {
    this.sessions[session] = 'FINISHED';
    for (const seat of this.seats) {
      if (seat.session !== session || seat.status === 'CANCELLED') continue;
      if (seat.status === 'LOCKED') {
        this.wallet.held -= PRICE;
        this.wallet.balance -= PRICE;
        Object.assign(seat, { paid: PRICE, tax: TAX });
      }
      seat.status = 'NO_SHOW';
    }
    return 'done';
  }

  private giveBack(seat: ModelSeat): void {
    if (seat.status === 'LOCKED') this.wallet.held -= PRICE;
    else if (seat.bought === null) this.wallet.balance += seat.paid;
    else {
      const to = this.packages[seat.bought]!;
      if (to.givenBack === to.paid) to.refunded += 1;
      else {
        to.remaining += 1;
        to.net += seat.paid - seat.tax;
        to.tax += seat.tax;
        to.status = 'ACTIVE';
      }
    }
    seat.returned = seat.status !== 'LOCKED';
  }

  private refundPackage(one: ModelPackage): Outcome {
    if (one.remaining === 0) return 'PACKAGE_NOTHING_LEFT';
    const amount = one.net + one.tax;
    if (amount > 0) return this.refundPayment(one, amount);
    this.close(one);
    return 'done';
  }

  private refundPayment(one: ModelPackage, amount: number): Outcome {
    if (one.givenBack === one.paid) return 'NOT_REFUNDABLE';
    if (amount > one.paid - one.givenBack) return 'REFUND_TOO_MUCH';
    const all = one.net + one.tax;
    if (amount > all) return 'PURCHASE_USED_UP';
    const tax = rounded(one.tax, amount, all);
    one.tax -= tax;
    one.net -= amount - tax;
    one.givenBack += amount;
    this.wallet.balance += amount;
    if (amount === all) this.close(one);
    return 'done';
  }

  private close(one: ModelPackage): void {
    Object.assign(one, { status: 'REFUNDED', refunded: one.refunded + one.remaining, remaining: 0 });
  }
}
