import { feeOf } from '../support/giving-back.js';
import type { Action, Destination, Terms } from './refund-actions.js';

const DISPUTE_FEE = 1500;

type Status = 'PENDING' | 'SUCCEEDED' | 'FAILED';

interface ModelRefund {
  amount: number;
  destination: Destination;
  status: Status;
  tax: number;
  share: number;
}

interface ModelDispute {
  amount: number;
  status: 'inquiry' | 'open' | 'won' | 'lost' | 'closed';
  lost: number;
  tax: number;
  share: number;
}

/** One payment on paper: what of it went where. The application must come to the same. */
export class RefundModel {
  readonly refunds: ModelRefund[] = [];
  readonly disputes: ModelDispute[] = [];
  private readonly earned: number;
  private status = 'COMPLETED';
  private place = 'ACTIVE';

  constructor(
    private readonly terms: Terms,
    readonly total: number,
    private readonly tax: number,
  ) {
    this.earned = rounded(total - tax, terms.shareBasisPoints, 10_000);
  }

  amountOf(share: number, of = this.total): number {
    return Math.max(1, Math.ceil((of * share) / 100));
  }

  /** What our own rule leaves to be refunded. */
  get left(): number {
    return this.total - this.refunded - this.disputed;
  }

  /** What the provider would let a person refund or a bank dispute. */
  get leftAtProvider(): number {
    const given = this.live.filter(({ destination }) => destination === 'ORIGINAL');
    return this.total - sum(given, ({ amount }) => amount);
  }

  /** A bank's hold, or its loss, ends what the provider gives back. */
  get chargedBack(): boolean {
    return this.disputes.some(({ status }) => status === 'open' || status === 'lost');
  }

  get current(): ModelDispute | undefined {
    return this.disputes.find(({ status }) => status === 'inquiry' || status === 'open');
  }

  /** Those that the provider may still say something about. */
  moving(kind: 'finish' | 'fail'): ModelRefund[] {
    const statuses: Status[] = kind === 'finish' ? ['PENDING'] : ['PENDING', 'SUCCEEDED'];
    return this.refunds.filter(({ destination, status }) => destination === 'ORIGINAL' && statuses.includes(status));
  }

  knows(action: Action): boolean {
    switch (action.kind) {
      case 'together':
        return !this.chargedBack;
      case 'dashboard':
        return !this.chargedBack && Math.min(this.left, this.leftAtProvider) > 0;
      case 'finish':
      case 'fail':
        return this.moving(action.kind).length > 0;
      case 'dispute':
        return !this.current && !this.chargedBack && this.leftAtProvider > 0;
      case 'decide':
        return this.current !== undefined;
      default:
        return true;
    }
  }

  /** How an admin's request ends. */
  ask(amount: number | undefined, destination: Destination): string {
    if (this.status === 'DISPUTED' || this.left <= 0) return 'NOT_REFUNDABLE';
    const asked = amount ?? this.left;
    if (asked > this.left) return 'REFUND_TOO_MUCH';
    if (destination === 'ORIGINAL' && this.chargedBack) {
      // It is begun, and taken back.
      this.refunds.push({ ...this.parts(asked), amount: asked, destination, status: 'FAILED' });
      return 'REFUND_REFUSED';
    }
    return this.give(asked, destination);
  }

  give(amount: number, destination: Destination): string {
    const status = destination === 'ORIGINAL' && this.terms.slow ? 'PENDING' : 'SUCCEEDED';
    this.refunds.push({ ...this.parts(amount), amount, destination, status });
    this.restate();
    return status;
  }

  conclude(refund: ModelRefund, status: Status): void {
    refund.status = status;
    this.restate();
  }

  openDispute(amount: number, inquiry: boolean): void {
    this.disputes.push({ amount, status: inquiry ? 'inquiry' : 'open', lost: 0, tax: 0, share: 0 });
    this.restate();
  }

  decide(forSchool: boolean): void {
    const dispute = this.current!;
    const inquiry = dispute.status === 'inquiry';
    const to = forSchool ? (inquiry ? 'closed' : 'won') : inquiry ? 'open' : 'lost';
    if (to === 'lost') {
      const others = this.refunded + this.disputed - dispute.amount;
      const lost = Math.min(dispute.amount, Math.max(0, this.total - others));
      Object.assign(dispute, this.parts(lost), { lost });
    }
    dispute.status = to;
    this.restate();
  }

  /** Every refund in the order in which it was made, as the database has it. */
  rows(): object[] {
    return this.refunds.map(({ amount, destination, status, tax, share }) => ({
      amount,
      destination,
      status,
      tax,
      share,
    }));
  }

  standing(): object {
    const { refunded, disputed, status: payment, place } = this;
    const [paid, count] = place === 'CANCELLED' ? ['REFUNDED', 0] : ['PAID', 1];
    return { payment, refunded, disputed, place, paid, count, open: place === 'ACTIVE' };
  }

  /** What this payment has left in the books, by account. */
  books(): Record<string, number> {
    const { live, disputes, terms, total } = this;
    const given = (destination: Destination, status: Status) =>
      sum(live, (one) => (one.destination === destination && one.status === status ? one.amount : 0));
    const withdrawn = disputes.filter(({ status }) => status === 'open' || status === 'won' || status === 'lost');
    const fees = { provider: feeOf(total), dispute: DISPUTE_FEE * withdrawn.length };
    const open = sum(disputes, ({ status, amount }) => (status === 'open' ? amount : 0));
    const losses = sum(disputes, ({ status, amount, lost }) => (status === 'lost' ? amount - lost : 0));
    const tax = this.tax - sum(live, (one) => one.tax) - sum(disputes, (one) => one.tax);
    const share = this.earned - sum(live, (one) => one.share) - sum(disputes, (one) => one.share);
    const kept = total - sum(live, ({ amount }) => amount) - sum(disputes, ({ lost }) => lost);
    const accounts = {
      'asset:provider:stripe': total - fees.provider - fees.dispute - given('ORIGINAL', 'SUCCEEDED') - this.disputed,
      'asset:disputed': open,
      'expense:provider-fees': fees.provider,
      'expense:dispute-fees': fees.dispute,
      'expense:dispute-losses': losses,
      'liability:refunds-pending': given('ORIGINAL', 'PENDING'),
      'liability:wallet:buyer': given('WALLET', 'SUCCEEDED'),
      [`liability:tax:${terms.country.toLowerCase()}`]: tax,
      'liability:earnings-pending:instructor': share,
      'revenue:courses': kept - tax - share,
    };
    return Object.fromEntries(
      Object.entries(accounts).flatMap(([code, amount]) =>
        amount === 0 ? [] : [[`${code} ${terms.currency}`, amount]],
      ),
    );
  }

  /** Everything that came has gone back. */
  get exhausted(): boolean {
    return sum(this.live, ({ amount }) => amount) + sum(this.disputes, ({ lost }) => lost) === this.total;
  }

  private get live(): ModelRefund[] {
    return this.refunds.filter(({ status }) => status !== 'FAILED');
  }

  private get refunded(): number {
    return sum(this.live, ({ amount }) => amount);
  }

  private get disputed(): number {
    return sum(this.disputes, ({ status, amount }) => (status === 'open' || status === 'lost' ? amount : 0));
  }

  /** What is due of each part for all that went back, less what was taken before. */
  private parts(amount: number): { tax: number; share: number } {
    const back = [...this.live, ...this.disputes.map(({ lost, tax, share }) => ({ amount: lost, tax, share }))];
    const after = sum(back, (one) => one.amount) + amount;
    return {
      tax: rounded(this.tax, after, this.total) - sum(back, (one) => one.tax),
      // After one has failed, what was rounded may have taken a unit too much: nothing is given for that.
      share: Math.max(0, rounded(this.earned, after, this.total) - sum(back, (one) => one.share)),
    };
  }

  private restate(): void {
    const gone =
      sum(this.refunds, ({ status, amount }) => (status === 'SUCCEEDED' ? amount : 0)) +
      sum(this.disputes, ({ lost }) => lost);
    const before = this.status;
    this.status = this.disputes.some(({ status }) => status === 'open')
      ? 'DISPUTED'
      : gone >= this.total
        ? 'REFUNDED'
        : gone > 0
          ? 'PARTIALLY_REFUNDED'
          : 'COMPLETED';
    if (this.status === before) return;
    if (this.status === 'REFUNDED') this.place = 'CANCELLED';
    else if (this.status !== 'DISPUTED') this.place = 'ACTIVE';
    else if (this.place === 'ACTIVE') this.place = 'SUSPENDED';
  }
}

/** part × numerator ÷ denominator, half away from zero. */
function rounded(part: number, numerator: number, denominator: number): number {
  return Math.floor((2 * part * numerator + denominator) / (2 * denominator));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
