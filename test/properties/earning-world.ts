import type { EarningLineDto, EarningsDto } from '../../src/finance/earnings/earnings.dto.js';
import type { PayoutDto } from '../../src/finance/payouts/payouts.dto.js';
import { Settings } from '../../src/platform/config/index.js';
import { CouponAdmin } from '../support/coupon-admin.js';
import { winOnAppeal } from '../support/dispute-desk.js';
import { Desk, type Refusal, type Sale } from '../support/giving-back.js';
import { type Person, person } from '../support/people.js';
import { ReportDesk } from '../support/report-desk.js';
import { expectStatus, publishedCourse, type School, told } from '../support/school.js';
import { APPROVAL_ABOVE, type ModelPayout } from './earning-model.js';
import { COUPONS, type Currency, type Fate, type Life, type SaleTerms } from './earning-actions.js';

type Figures = Record<string, number>;

/** The settings with which these lives are led. */
export const earningSettings = {
  ROLE: 'api',
  JWT_EXPIRES_IN: '86400',
  CURRENCIES: 'USD,EUR,JPY,KES',
  PAYOUT_APPROVAL_ABOVE: Object.entries(APPROVAL_ABOVE)
    .map(([currency, minor]) => `${currency}:${currency === 'JPY' ? minor : minor / 100}`)
    .join(','),
};

/** What is the same for every life: coupons, money that Stripe has to send, and what becomes of what it is asked to send. */
export class EarningTown {
  readonly desk: Desk;
  readonly reports: ReportDesk;
  fate: Fate = 'paid';
  private readonly fates = new Map<string, Fate>();

  private constructor(readonly school: School) {
    this.desk = new Desk(school);
    this.reports = new ReportDesk(school);
  }

  static async open(school: School): Promise<EarningTown> {
    const town = new EarningTown(school);
    const coupons = new CouponAdmin(school, school.admin);
    for (const [code, basisPoints] of Object.entries(COUPONS))
      await coupons.created({ code, discountValue: basisPoints / 100 });
    await town.desk.buy();
    const { balanceTransactions: lines } = school.sandbox.stripe.account.store;
    for (const currency of ['usd', 'eur', 'jpy']) {
      const there = { currency, amount: 10_000_000, net: 10_000_000, fee: 0, available_on: 0 };
      lines.put({ ...lines.all()[0]!, ...there, id: `txn_of_earlier_${currency}`, source: null });
    }
    const transfers = { method: 'POST', path: '/v1/transfers', times: Infinity };
    school.sandbox.stripe.intercept(transfers, async ({ headers }, proceed) => {
      const fate = town.fateOf(String(headers['idempotency-key']));
      return fate === 'paid' ? proceed() : refusal(fate === 'waits' ? 'balance_insufficient' : 'account_invalid');
    });
    return town;
  }

  decideFate(payoutId: string, fate: Fate): void {
    this.fates.set(payoutId, fate);
  }

  /** Decided when it is sent first. */
  private fateOf(key: string): Fate {
    const id = /^bursar-(.+)-\d+$/.exec(key)![1]!;
    const fate = this.fates.get(id) ?? this.fate;
    this.fates.set(id, fate);
    return fate;
  }
}

function refusal(code: string) {
  return { status: 400, body: { error: { type: 'invalid_request_error', code, message: 'Refused.' } } };
}

/** One instructor in a running application. */
export class EarningWorld {
  private readonly sales: Sale[] = [];

  private constructor(
    private readonly town: EarningTown,
    private readonly currency: Currency,
    private readonly instructor: Person,
    private readonly courseId: string,
    /** The books as they were before. */
    private readonly before: Figures,
    private readonly begun: Date,
    private since: Date,
  ) {}

  static async open(town: EarningTown, { currency, inclusive }: Life): Promise<EarningWorld> {
    const { school } = town;
    Object.assign(school.app.get(Settings), { TAX_INCLUSIVE: inclusive });
    const instructor = await person(school, 'INSTRUCTOR');
    const { id } = await publishedCourse(school, instructor, { currency });
    const account = currency === 'KES' ? { provider: 'MPESA', phone: '0712345678' } : { provider: 'STRIPE' };
    const { externalId } = expectStatus(
      200,
      await school.request<{ externalId: string }>('PUT', '/finance/payout-account', {
        body: { ...account, country: currency === 'KES' ? undefined : 'US' },
        token: instructor.token,
      }),
    );
    if (currency !== 'KES') school.sandbox.stripe.connect.onboard(externalId);
    await town.desk.quiet();
    const now = school.clock.now();
    return new EarningWorld(town, currency, instructor, id, await school.books(), now, now);
  }

  /** The course gets its terms, and is sold on them once. @returns the sale's entry */
  async sell({ price, country, coupon, basisPoints }: SaleTerms): Promise<Figures> {
    const { school, desk } = this.town;
    await school.sql('UPDATE courses SET price = $2, share_basis_points = $3 WHERE id = $1', [
      this.courseId,
      price,
      basisPoints,
    ]);
    await school.sql('UPDATE course_prices SET amount = $2 WHERE course_id = $1', [this.courseId, price]);
    const sale = await desk.buy({ courseId: this.courseId, currency: this.currency, country, couponCode: coupon });
    this.sales.push(sale);
    const legs = await school.sql<{ part: string; amount: number }>(
      `SELECT CASE WHEN a.code LIKE 'asset:provider:%' THEN 'gross' WHEN a.code LIKE 'liability:tax:%' THEN 'tax'
         WHEN a.code = 'liability:earnings-pending:' || $2 THEN 'share' WHEN a.code = 'revenue:courses' THEN 'rest' END AS part, abs(p.amount)::int AS amount
       FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id JOIN ledger_entries e ON e.id = p.entry_id
       WHERE e.reference = $1 || ':sold'`,
      [sale.paymentId, this.instructor.id],
    );
    return { gross: 0, tax: 0, share: 0, rest: 0, ...Object.fromEntries(legs.map((leg) => [leg.part, leg.amount])) };
  }

  /** @returns `done`, or the code of the refusal */
  async refund(sale: number, amount: number): Promise<string> {
    return told(await this.town.desk.refund(this.sales[sale]!, { amount }));
  }

  /** By the number of the sale, and of the refund among those of it that are done. */
  async failRefund(sale: number, index: number): Promise<void> {
    const rows = await this.town.school.sql<{ atStripe: string }>(
      `SELECT provider_refund_id AS "atStripe" FROM refunds WHERE payment_id = $1 AND status = 'SUCCEEDED' ORDER BY id`,
      [this.sales[sale]!.paymentId],
    );
    this.stripe.failRefund(rows[index]!.atStripe);
  }

  dispute(sale: number, amount: number): void {
    this.stripe.dispute(this.sales[sale]!.intent, { amount });
  }

  decide(sale: number, forSchool: boolean): void {
    this.stripe[forSchool ? 'winDispute' : 'loseDispute'](this.disputeOf(sale, 'needs_response'));
  }

  appeal(sale: number): void {
    winOnAppeal(this.town.school, this.disputeOf(sale, 'lost'));
  }

  /** Time does not pass: what was sold so far was sold earlier. */
  async hold(): Promise<void> {
    await this.town.school.sql(
      'UPDATE earnings SET held_until = least(held_until, $2), due_at = CASE WHEN due_at IS NOT NULL THEN $2::timestamptz END WHERE payee_id = $1',
      [this.instructor.id, this.town.school.clock.now()],
    );
  }

  /** @returns `done`, or the code of the refusal */
  async payOut(amount: number | undefined, fate: Fate | undefined): Promise<string> {
    this.prepare(fate);
    const body = { currency: this.currency, amount };
    return told(await this.town.school.post<PayoutDto & Refusal>('/finance/payouts', body, this.instructor.token));
  }

  async approve(payout: number, approve: boolean, fate: Fate | undefined): Promise<void> {
    this.prepare(fate);
    const { school } = this.town;
    const id = (await this.payouts())[payout]!.id;
    expectStatus(200, await school.post(`/finance/payouts/${id}/approve`, { approve }, school.admin.token));
  }

  async settle(payout: number, fate: Fate): Promise<void> {
    const id = (await this.payouts())[payout]!.id;
    this.town.decideFate(id, fate);
    await this.town.school.sql('UPDATE payouts SET next_try_at = $2 WHERE id = $1', [id, this.town.school.clock.now()]);
  }

  async sendBack(payout: number): Promise<void> {
    this.stripe.connect.reverse((await this.payouts())[payout]!.transfer!);
  }

  beginPeriod(): void {
    this.since = this.town.school.clock.now();
  }

  quiet(): Promise<void> {
    return this.town.desk.quiet();
  }

  async payoutRows(): Promise<ModelPayout[]> {
    return (await this.payouts()).map(({ amount, status }) => ({ amount, status }));
  }

  async standing(): Promise<Figures> {
    const answer = await this.town.school.get<EarningsDto>('/finance/earnings', this.instructor.token);
    const of = expectStatus(200, answer).currencies;
    if (of.some(({ currency }) => currency !== this.currency))
      throw new Error(`another currency: ${JSON.stringify(of)}`);
    // Nothing is known of somebody who was never credited anything.
    const nothing = { pending: 0, available: 0, inTransit: 0, paidOut: 0, owed: 0 };
    const { pending, available, inTransit, paidOut, owed } = of[0] ?? nothing;
    return { pending, available, inTransit, paidOut, owed };
  }

  async books(): Promise<Figures> {
    const moved = await this.town.desk.movedSince(this.before);
    return Object.fromEntries(
      Object.entries(moved).map(([code, amount]) => [code.replace(':buyer ', ':instructor '), amount]),
    );
  }

  /** The lines of the statement, page by page, added up. */
  async statement(): Promise<Figures> {
    const totals: Figures = { PENDING: 0, AVAILABLE: 0, OWED: 0 };
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `/finance/earnings/statement?currency=${this.currency}&limit=9${cursor && `&cursor=${cursor}`}`;
      const page: { data: EarningLineDto[]; nextCursor: string | null } = expectStatus(
        200,
        await this.town.school.get<{ data: EarningLineDto[]; nextCursor: string | null }>(path, this.instructor.token),
      );
      for (const { account, amount } of page.data) totals[account]! += amount;
      cursor = page.nextCursor;
    }
    return totals;
  }

  /** Of the period that was begun last. */
  async report(): Promise<Figures | undefined> {
    const rows = await this.town.reports.rowsOf<Figures & { instructorId: string; currency: string; name: string }>(
      'instructor-earnings',
      { from: this.since },
    );
    const mine = rows.filter((row) => row.instructorId === this.instructor.id);
    if (mine.length !== 1) throw new Error(`not one row: ${JSON.stringify(mine)}`);
    const { instructorId: _, name: __, currency: ___, ...figures } = mine[0]!;
    return figures;
  }

  /** Of all this life, whatever months it was in. */
  async payoutReport(): Promise<Figures> {
    const rows = await this.town.reports.rowsOf<Figures>('payouts', { from: this.begun });
    const names = ['count', 'asked', 'waiting', 'inTransit', 'paid', 'rejected', 'failed'];
    return Object.fromEntries(names.map((name) => [name, rows.reduce((total, row) => total + row[name]!, 0)]));
  }

  private payouts() {
    return this.town.school.sql<ModelPayout & { id: string; transfer: string | null }>(
      'SELECT id, amount::int, status, external_id AS transfer FROM payouts WHERE payee_id = $1 ORDER BY id',
      [this.instructor.id],
    );
  }

  /** For what is sent next; undefined when nothing will be. */
  private prepare(fate: Fate | undefined): void {
    this.town.fate = fate ?? 'paid';
    if (this.currency === 'KES' && fate === 'fails')
      this.town.school.sandbox.mpesa.nextRequest('b2c', { endsIn: 2001 });
  }

  private disputeOf(sale: number, status: string): string {
    const { intent } = this.sales[sale]!;
    return this.stripe.account.store.disputes.filter(
      (one) => one.payment_intent === intent && one.status === status,
    )[0]!.id;
  }

  private get stripe() {
    return this.town.school.sandbox.stripe;
  }
}
