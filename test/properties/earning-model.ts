import type { Action, Currency, Fate, Life } from './earning-actions.js';
import { type ModelDispute, type ModelRefund, SaleModel, sum, type Taken } from './earning-sale-model.js';

/** Above this a second admin is asked, in minor units. */
export const APPROVAL_ABOVE: Record<Currency, number> = { USD: 1_500, EUR: 1_500, JPY: 1_500, KES: 1_500 };

export interface ModelPayout {
  readonly amount: number;
  status: 'REQUESTED' | 'IN_TRANSIT' | 'PAID' | 'REJECTED' | 'FAILED' | 'RETURNED';
}

const outcomes = { paid: 'PAID', fails: 'FAILED', waits: 'IN_TRANSIT' } as const;

/** What an instructor has of sales, on paper. The application must come to the same. */
export class EarningModel {
  readonly sales: SaleModel[] = [];
  readonly payouts: ModelPayout[] = [];
  private available = 0;
  private owed = 0;
  private recovered = 0;
  private since = { closing: 0, earned: 0, takenBack: 0, recovered: 0, paidOut: 0 };

  constructor(readonly life: Life) {}

  /** What an action that is one of several can be done to. */
  refundable = (): SaleModel[] => this.sales.filter(({ left }) => left > 0);
  failable = (): [SaleModel, ModelRefund][] =>
    this.sales.flatMap((sale) => sale.refundsDone.map((refund): [SaleModel, ModelRefund] => [sale, refund]));
  disputable = (): SaleModel[] => this.sales.filter(({ disputable }) => disputable > 0);
  disputes = (status: ModelDispute['status']): [SaleModel, ModelDispute][] =>
    this.sales.flatMap((sale) =>
      sale.disputes.filter((one) => one.status === status).map((one): [SaleModel, ModelDispute] => [sale, one]),
    );
  payoutsThatAre = (status: ModelPayout['status']): ModelPayout[] =>
    this.payouts.filter((payout) => payout.status === status);

  knows(action: Action): boolean {
    switch (action.kind) {
      case 'sell':
        // More would take their time and tell no more.
        return this.sales.length < 5;
      case 'refund':
        return this.refundable().length > 0;
      case 'hold':
        return this.sales.some(({ over }) => !over);
      case 'payOut':
        return this.available > 0 || this.owed > 0;
      case 'failRefund':
        return this.failable().length > 0;
      case 'dispute':
        return this.disputable().length > 0;
      case 'decide':
        return this.disputes('open').length > 0;
      case 'appeal':
        return this.disputes('lost').length > 0;
      case 'approve':
        return this.payoutsThatAre('REQUESTED').length > 0;
      case 'settle':
        return this.payoutsThatAre('IN_TRANSIT').length > 0;
      case 'sendBack':
        // What is on a phone cannot be called back.
        return this.life.currency !== 'KES' && this.payoutsThatAre('PAID').length > 0;
      default:
        return true;
    }
  }

  sell(sale: SaleModel): void {
    this.sales.push(sale);
  }

  /** How an admin's request ends. */
  refund(sale: SaleModel, amount: number): string {
    if (sale.disputed || sale.left <= 0) return 'NOT_REFUNDABLE';
    if (amount > sale.left) return 'REFUND_TOO_MUCH';
    // It is begun, and taken back.
    if (sale.chargedBack) return 'REFUND_REFUSED';
    sale.refunds.push({ taken: this.take(sale, amount), failed: false });
    return 'done';
  }

  failRefund(sale: SaleModel, refund: ModelRefund): void {
    refund.failed = true;
    this.putBack(sale, refund.taken);
  }

  /** What the instructor still has of it waits; nothing of it is released meanwhile. */
  dispute(sale: SaleModel, amount: number): void {
    sale.disputes.push({ amount, status: 'open' });
    this.available -= sale.freeze(this.available);
  }

  decide(sale: SaleModel, dispute: ModelDispute, forSchool: boolean): void {
    if (!forSchool) dispute.taken = this.take(sale, dispute.amount);
    dispute.status = forSchool ? 'won' : 'lost';
    this.release();
  }

  appeal(sale: SaleModel, dispute: ModelDispute): void {
    const taken = dispute.taken!;
    dispute.status = 'appealed';
    dispute.taken = undefined;
    this.putBack(sale, taken);
  }

  hold(): void {
    for (const sale of this.sales) sale.over = true;
    this.release();
  }

  /** How an instructor's request ends. */
  payOut(asked: number | undefined, fate: Fate): string {
    const { currency } = this.life;
    const [step, least] = currency === 'KES' ? [100, 1_000] : [1, 1];
    if (this.owed > 0) return 'PAYEE_OWES';
    const amount = asked ?? this.available - (this.available % step);
    if (amount > this.available) return 'INSUFFICIENT_EARNINGS';
    if (amount < least || amount % step !== 0) return 'PAYOUT_TOO_SMALL';
    this.available -= amount;
    const payout: ModelPayout = { amount, status: 'REQUESTED' };
    this.payouts.push(payout);
    if (amount <= APPROVAL_ABOVE[currency]) this.send(payout, fate);
    return 'done';
  }

  decidePayout(payout: ModelPayout, yes: boolean, fate: Fate): void {
    if (yes) this.send(payout, fate);
    else this.comesBack(payout, 'REJECTED');
  }

  send(payout: ModelPayout, fate: Fate): void {
    if (fate === 'fails') this.comesBack(payout, 'FAILED');
    else payout.status = outcomes[fate];
  }

  sendBack(payout: ModelPayout): void {
    this.comesBack(payout, 'RETURNED');
  }

  /** A phone is told to wait by nobody. */
  fateOf(fate: Fate): Fate {
    return this.life.currency === 'KES' && fate === 'waits' ? 'paid' : fate;
  }

  amountOf(percent: number): number {
    return partOf(this.available, percent);
  }

  /** As the instructor sees it. */
  standing(): Record<string, number> {
    return {
      pending: sum(this.sales, ({ pending }) => pending),
      available: this.available,
      inTransit: this.inStatus('REQUESTED', 'IN_TRANSIT'),
      paidOut: this.inStatus('PAID'),
      owed: this.owed,
    };
  }

  beginPeriod(): void {
    this.since = { ...this.totals(), closing: this.closing };
  }

  /** The report of the period. */
  report(): Record<string, number> {
    const { since, closing } = this;
    const { earned, takenBack, recovered, paidOut } = this.totals();
    return {
      opening: since.closing,
      earned: earned - since.earned,
      takenBack: takenBack - since.takenBack,
      recovered: recovered - since.recovered,
      paidOut: paidOut - since.paidOut,
      closing,
      pending: sum(this.sales, ({ pending }) => pending),
      owed: this.owed,
    };
  }

  payoutReport(): Record<string, number> {
    return {
      count: this.payouts.length,
      asked: sum(this.payouts, ({ amount }) => amount),
      waiting: this.inStatus('REQUESTED'),
      inTransit: this.inStatus('IN_TRANSIT'),
      paid: this.inStatus('PAID'),
      rejected: this.inStatus('REJECTED'),
      failed: this.inStatus('FAILED', 'RETURNED'),
    };
  }

  /** What this life has left in the books, by account. */
  books(): Record<string, number> {
    const { pending, available, inTransit, paidOut, owed } = this.standing();
    const accounts: Record<string, number> = {
      'liability:earnings-pending:instructor': pending!,
      'liability:earnings:instructor': available!,
      'asset:receivable:instructor': owed!,
      'liability:payouts-in-transit': inTransit!,
      [`asset:provider:${this.life.currency === 'KES' ? 'mpesa' : 'stripe'}`]: -paidOut!,
    };
    for (const sale of this.sales)
      for (const [code, amount] of Object.entries(sale.books())) accounts[code] = (accounts[code] ?? 0) + amount;
    const kept = Object.entries(accounts).filter(([, amount]) => amount !== 0);
    return Object.fromEntries(kept.map(([code, amount]) => [`${code} ${this.life.currency}`, amount]));
  }

  private get closing(): number {
    return this.available + sum(this.sales, ({ pending }) => pending);
  }

  private totals() {
    const taken = this.sales.flatMap(({ live }) => live);
    return {
      earned: sum(this.sales, ({ share }) => share),
      takenBack: sum(taken, ({ pending, available }) => pending + available),
      recovered: this.recovered,
      paidOut: this.inStatus('REQUESTED', 'IN_TRANSIT', 'PAID'),
    };
  }

  private inStatus(...statuses: ModelPayout['status'][]): number {
    return sum(this.payouts, ({ amount, status }) => (statuses.includes(status) ? amount : 0));
  }

  private comesBack(payout: ModelPayout, status: ModelPayout['status']): void {
    payout.status = status;
    this.available += payout.amount;
    this.recover();
  }

  private take(sale: SaleModel, amount: number): Taken {
    const taken = sale.take(amount, this.available);
    this.available -= taken.available;
    this.owed += taken.owed;
    return taken;
  }

  /** To where it was, and from there to where it would be by now. */
  private putBack(sale: SaleModel, taken: Taken): void {
    sale.putBack(taken);
    this.available += taken.available;
    this.owed -= taken.owed;
    if (sale.disputed) this.available -= sale.freeze(this.available);
    this.release();
  }

  private release(): void {
    for (const sale of this.sales) this.available += sale.release();
    this.recover();
  }

  /** What is owed is taken out of what is there; what was taken too much is given again. */
  private recover(): void {
    const amount = this.owed < 0 ? this.owed : Math.min(this.owed, this.available);
    this.owed -= amount;
    this.available -= amount;
    this.recovered += amount;
  }
}

export function partOf(whole: number, percent: number): number {
  return Math.max(1, Math.ceil((whole * percent) / 100));
}
