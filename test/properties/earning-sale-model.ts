import { feeOf } from '../support/giving-back.js';
import { COUPONS, RATES, type SaleTerms } from './earning-actions.js';

const DISPUTE_FEE = 1500;

/** The parts of an amount given back, and where its share was: not yet the instructor's, theirs, or gone. */
export interface Taken {
  readonly amount: number;
  readonly tax: number;
  readonly share: number;
  readonly pending: number;
  readonly available: number;
  readonly owed: number;
}

export interface ModelRefund {
  readonly taken: Taken;
  failed: boolean;
}

export interface ModelDispute {
  readonly amount: number;
  status: 'open' | 'won' | 'lost' | 'appealed';
  /** Once it is lost. */
  taken?: Taken;
}

/** One sale on paper. */
export class SaleModel {
  readonly discount: number;
  readonly tax: number;
  readonly total: number;
  readonly share: number;
  readonly refunds: ModelRefund[] = [];
  readonly disputes: ModelDispute[] = [];
  /** Of the share, what is not the instructor's yet; and what became theirs, wherever it is now. */
  pending: number;
  released = 0;
  /** Whether the hold period is over. */
  over = false;

  constructor(
    readonly terms: SaleTerms,
    inclusive: boolean,
  ) {
    const { price, coupon, country, basisPoints } = terms;
    this.discount = coupon ? rounded(price, COUPONS[coupon], 10_000) : 0;
    const paid = price - this.discount;
    this.tax = rounded(paid, RATES[country], inclusive ? 1_000_000 + RATES[country] : 1_000_000);
    this.total = inclusive ? paid : paid + this.tax;
    this.share = this.pending = rounded(this.total - this.tax, basisPoints, 10_000);
  }

  /** The sale's entry: what came, and the credits that it is. */
  legs(): Record<string, number> {
    const { total: gross, tax, share } = this;
    return { gross, tax, share, rest: gross - tax - share };
  }

  get disputed(): boolean {
    return this.disputes.some(({ status }) => status === 'open');
  }

  /** What our own rule leaves to be refunded. */
  get left(): number {
    return this.total - this.refunded - sum(this.standing, ({ amount }) => amount);
  }

  /** What is left to be disputed; a bank that has the money does not ask for it again. */
  get disputable(): number {
    return this.standing.length > 0 ? 0 : this.total - this.refunded;
  }

  /** Stripe refunds nothing of what was once charged back for good. */
  get chargedBack(): boolean {
    return this.disputes.some(({ status }) => status !== 'won');
  }

  get refundsDone(): ModelRefund[] {
    return this.refunds.filter(({ failed }) => !failed);
  }

  /** Everything of it that went back and stayed there. */
  get live(): Taken[] {
    return [...this.refundsDone, ...this.disputes].flatMap(({ taken }) => taken ?? []);
  }

  /** A part goes back: what is due of tax and share for all that went back, less what went before; what is pending goes first. */
  take(amount: number, available: number): Taken {
    const { live } = this;
    const after = amount + sum(live, (one) => one.amount);
    const share = Math.max(0, rounded(this.share, after, this.total) - sum(live, (one) => one.share));
    const tax = rounded(this.tax, after, this.total) - sum(live, (one) => one.tax);
    const pending = Math.min(share, this.pending);
    const borne = Math.min(share - pending, available);
    this.pending -= pending;
    this.released -= share - pending;
    return { amount, tax, share, pending, available: borne, owed: share - pending - borne };
  }

  putBack({ share, pending }: Taken): void {
    this.pending += pending;
    this.released += share - pending;
  }

  /** @returns what of the instructor's money waits with it */
  freeze(available: number): number {
    const there = Math.min(available, this.released);
    this.pending += there;
    this.released -= there;
    return there;
  }

  /** @returns what becomes the instructor's, as far as its time has come */
  release(): number {
    if (!this.over || this.disputed) return 0;
    const there = this.pending;
    this.pending = 0;
    this.released += there;
    return there;
  }

  /** What it has left in the books besides the share. */
  books(): Record<string, number> {
    const { live, disputes, total, terms } = this;
    const fees = feeOf(total);
    const tax = this.tax - sum(live, (one) => one.tax);
    const kept = total - sum(live, (one) => one.amount);
    const withBank = sum(this.standing, ({ amount }) => amount);
    return {
      'asset:provider:stripe': total - fees - DISPUTE_FEE * disputes.length - this.refunded - withBank,
      'asset:disputed': sum(disputes, ({ status, amount }) => (status === 'open' ? amount : 0)),
      'expense:provider-fees': fees,
      'expense:dispute-fees': DISPUTE_FEE * disputes.length,
      [`liability:tax:${terms.country.toLowerCase()}`]: tax,
      'revenue:courses': kept - tax - (this.share - sum(live, (one) => one.share)),
    };
  }

  private get refunded(): number {
    return sum(this.refundsDone, ({ taken }) => taken.amount);
  }

  /** Disputes whose money the bank has. */
  private get standing(): ModelDispute[] {
    return this.disputes.filter(({ status }) => status === 'open' || status === 'lost');
  }
}

/** part × numerator ÷ denominator, half away from zero. */
export function rounded(part: number, numerator: number, denominator: number): number {
  return Math.floor((2 * part * numerator + denominator) / (2 * denominator));
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
