import { Desk, type Sale, SLOW_REFUNDS } from '../support/giving-back.js';
import type { School } from '../support/school.js';
import type { Destination, Terms } from './refund-actions.js';

interface RefundRow {
  provider: string | null;
  amount: number;
  destination: Destination;
  status: string;
  tax: number;
  share: number;
}

/** One purchase in a running application, and the provider and the bank that it was paid through. */
export class RefundWorld {
  private constructor(
    private readonly school: School,
    private readonly desk: Desk,
    readonly sale: Sale,
    /** The books as they were before it. */
    private readonly before: Record<string, number>,
    readonly total: number,
    readonly tax: number,
  ) {}

  static async open(school: School, { slow, ...terms }: Terms): Promise<RefundWorld> {
    const desk = new Desk(school);
    const before = await school.books();
    const sale = await desk.buy({ ...terms, card: slow ? SLOW_REFUNDS : undefined });
    const [paid] = await school.sql<{ total: number; tax: number }>(
      'SELECT total::int, tax::int FROM payments WHERE id = $1',
      [sale.paymentId],
    );
    return new RefundWorld(school, desk, sale, before, paid!.total, paid!.tax);
  }

  /** @returns the refund's status, or the code of the refusal */
  async ask(amount: number | undefined, destination: Destination): Promise<string> {
    const { status, body } = await this.desk.refund(this.sale, { amount, destination });
    return status === 200 ? body.status : body.code;
  }

  async rows(): Promise<RefundRow[]> {
    return this.school.sql<RefundRow>(
      `SELECT provider_refund_id AS provider, amount::int, destination, status, tax::int, share::int FROM refunds WHERE payment_id = $1 ORDER BY id`,
      [this.sale.paymentId],
    );
  }

  refundInDashboard(amount: number): void {
    this.stripe.refund({ paymentIntent: this.sale.intent, amount });
  }

  /** By its place among the payment's refunds. */
  async conclude(index: number, how: 'finish' | 'fail'): Promise<void> {
    const id = (await this.rows())[index]!.provider!;
    if (how === 'finish') this.stripe.finishRefund(id);
    else this.stripe.failRefund(id);
  }

  dispute(amount: number, inquiry: boolean): void {
    this.stripe.dispute(this.sale.intent, { amount, inquiry });
  }

  decide(forSchool: boolean): void {
    const disputes = this.stripe.account.store.disputes.filter((one) => one.payment_intent === this.sale.intent);
    const { id, status } = disputes.find((one) => one.status.endsWith('needs_response'))!;
    if (status === 'needs_response') this.stripe[forSchool ? 'winDispute' : 'loseDispute'](id);
    else this.stripe[forSchool ? 'closeInquiry' : 'escalateInquiry'](id);
  }

  quiet(): Promise<void> {
    return this.desk.quiet();
  }

  standing(): Promise<object> {
    return this.desk.standing(this.sale);
  }

  books(): Promise<Record<string, number>> {
    return this.desk.movedSince(this.before);
  }

  /** What the provider has given back, or is about to. */
  givenByProvider(): number {
    return this.stripe.account.store.charges.filter((one) => one.payment_intent === this.sale.intent)[0]!
      .amount_refunded;
  }

  private get stripe() {
    return this.school.sandbox.stripe;
  }
}
