import type { Line, RecognitionDesk } from '../support/recognition-desk.js';

export type Step =
  | {
      kind: 'sold';
      lines: { net: number; fromHours: number; hours: number }[];
      givenUp: { part: number; hours: number } | null;
    }
  | { kind: 'refunded'; which: number; percent: number }
  | { kind: 'failed'; which: number }
  | { kind: 'ended'; which: number }
  | { kind: 'passed'; hours: number };

interface ModelLine {
  amount: number;
  refunded: number;
  from: number;
  until: number;
}

interface Payment {
  readonly id: string;
  readonly lines: ModelLine[];
  readonly refunds: number[];
  /** In the revenue, of each line. */
  readonly recognised: number[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Does at the desk what a test says, and counts by itself what of it must be earned on which day. */
export class ModelledTime {
  readonly earned: [day: string, amount: number][] = [];
  private readonly payments: Payment[] = [];
  private closedUntil = 0;

  constructor(
    private readonly desk: RecognitionDesk,
    private readonly plan: string,
    private now: number,
  ) {}

  async take(step: Step): Promise<void> {
    if (step.kind === 'passed') return this.pass(step.hours * HOUR);
    if (step.kind === 'sold') return this.sell(step);
    const payment = this.payments[step.which % Math.max(this.payments.length, 1)];
    if (!payment) return;
    if (step.kind === 'refunded') return this.refund(payment, step.percent);
    if (step.kind === 'failed') return this.fail(payment);
    await this.desk.ended(this.at(), payment.id);
    for (const line of payment.lines.filter(({ until }) => until > this.now)) {
      line.from = Math.min(line.from, this.now - 1);
      line.until = this.now;
    }
  }

  /** Until everything is delivered. */
  async passAll(): Promise<void> {
    const last = Math.max(this.now, ...this.payments.flatMap(({ lines }) => lines.map(({ until }) => until)));
    await this.pass(last - this.now + 2 * DAY);
  }

  private async sell({ lines, givenUp }: Extract<Step, { kind: 'sold' }>): Promise<void> {
    const made: ModelLine[] = lines.map(({ net, fromHours, hours }, index) => {
      // No two begin at once: which of equal ones has a cent more is nobody's business.
      const from = this.now + fromHours * HOUR + (index + 1) * 60_000;
      return { amount: net, refunded: 0, from, until: hours === 0 ? from + 1 : from + hours * HOUR };
    });
    const paid = made.reduce((sum, { amount }) => sum + amount, 0);
    const minus = givenUp ? Math.floor((paid * givenUp.part) / 100) : 0;
    if (givenUp && minus > 0)
      made.push({ amount: -minus, refunded: 0, from: this.now, until: this.now + givenUp.hours * HOUR });
    const told = made.map(({ amount, from, until }): Line => [
      this.plan,
      amount,
      new Date(from).toISOString(),
      new Date(until).toISOString(),
    ]);
    const id = await this.desk.sold(this.at(), told);
    made.sort((a, b) => a.from - b.from);
    this.payments.push({ id, lines: made, refunds: [], recognised: made.map(() => 0) });
  }

  private async refund(payment: Payment, percent: number): Promise<void> {
    const left = payment.lines.reduce((sum, { amount }) => sum + amount, 0);
    const net = Math.ceil((left * percent) / 100);
    if (net === 0) return;
    await this.desk.refunded(this.at(), payment.id, net);
    const parts = divided(
      net,
      payment.lines.map(({ amount }) => amount),
    );
    for (const [index, line] of payment.lines.entries()) {
      line.amount -= parts[index]!;
      line.refunded += parts[index]!;
      // Never more of it is in the revenue than is due of what is left.
      const due = dueOf(line, this.closedUntil);
      if (Math.abs(payment.recognised[index]!) > Math.abs(due)) payment.recognised[index] = due;
    }
    payment.refunds.push(net);
  }

  private async fail(payment: Payment): Promise<void> {
    const net = payment.refunds.pop();
    if (net === undefined) return;
    await this.desk.refundFailed(this.at(), payment.id, net);
    const parts = divided(
      net,
      payment.lines.map(({ refunded }) => refunded),
    );
    for (const [index, line] of payment.lines.entries()) {
      line.amount += parts[index]!;
      line.refunded -= parts[index]!;
    }
  }

  private async pass(ms: number): Promise<void> {
    const before = this.now;
    this.now += ms;
    await this.desk.looks(this.at());
    for (let end = Math.floor(before / DAY) * DAY + DAY; end <= this.now; end += DAY) this.close(end);
  }

  private close(end: number): void {
    let amount = 0;
    for (const { lines, recognised } of this.payments) {
      for (const [index, line] of lines.entries()) {
        amount += dueOf(line, end) - recognised[index]!;
        recognised[index] = dueOf(line, end);
      }
    }
    this.closedUntil = end;
    if (amount !== 0) this.earned.push([new Date(end - 1).toISOString().slice(0, 10), amount]);
  }

  private at(): string {
    return new Date(this.now).toISOString();
  }
}

/** Small enough for numbers: less than 10^5 cents times 1.5 * 10^9 milliseconds. */
function dueOf({ amount, from, until }: ModelLine, at: number): number {
  if (at >= until) return amount;
  if (at <= from) return 0;
  const exact = (Math.abs(amount) * (at - from)) / (until - from);
  return Math.sign(amount) * Math.floor(exact + 0.5);
}

/** By the largest remainder; of equal ones the first. */
function divided(net: number, weights: number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const exact = weights.map((weight) => (net * weight) / sum);
  const parts = exact.map(Math.floor);
  const order = exact.map((part, index) => ({ index, rest: (((net * weights[index]!) % sum) + sum) % sum }));
  order.sort((a, b) => b.rest - a.rest || a.index - b.index);
  const missing = net - parts.reduce((total, part) => total + part, 0);
  for (const { index } of order.slice(0, missing)) parts[index]! += 1;
  return parts;
}
