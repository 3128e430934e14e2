import { expect } from '@jest/globals';
import { accounts, credit, debit, Invariants, mustHold, PostEntry, Recognition } from '../../src/ledger/index.js';
import { RecogniseDays } from '../../src/ledger/recognition/recognise-days.js';
import { recognitionRules } from '../../src/ledger/recognition/recognition-rules.js';
import { ledgerRules } from '../../src/ledger/upkeep/ledger-rules.js';
import { inTransaction } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { Money } from '../../src/platform/money/index.js';
import { sql } from './people.js';
import { startTestPlatform, type TestPlatform } from './platform.js';

/** A line as a test writes it: what it is, how much, from when and until when in UTC. */
export type Line = readonly [plan: string, net: number, from: string, until: string];

/** What a day has earned, by plan. */
export type Earned = Record<string, [day: string, amount: number][]>;

const STREAM = 'subscriptions';

/** Sells time and lets it pass, at moments that a test names. Time goes on from test to test, never back. */
export class RecognitionDesk {
  readonly recognition: Recognition;
  private readonly postEntry: PostEntry;

  private constructor(readonly platform: TestPlatform) {
    this.recognition = platform.module.get(Recognition);
    this.postEntry = platform.module.get(PostEntry);
  }

  static async open(): Promise<RecognitionDesk> {
    const rules = [mustHold(ledgerRules), mustHold(recognitionRules)];
    return new RecognitionDesk(await startTestPlatform([Recognition, RecogniseDays, PostEntry, Invariants, ...rules]));
  }

  get days(): RecogniseDays {
    return this.platform.module.get(RecogniseDays);
  }

  at<T>(moment: string | Date, work: () => Promise<T>): Promise<T> {
    return this.platform.clock.at(moment, () => inTransaction(work));
  }

  /** Paid then, for these lines. @returns the payment's id */
  sold(at: string | Date, lines: readonly Line[], currency = 'USD'): Promise<string> {
    const id = newId('payment');
    const deferred = lines.map(([plan, net, from, until]) => {
      return { plan, net: Money.of(net, currency), from: new Date(from), until: new Date(until) };
    });
    const net = deferred.reduce((sum, line) => sum.plus(line.net), Money.zero(currency));
    return this.at(at, async () => {
      await this.post('subscription.sold', id, net);
      await this.recognition.defer(id, STREAM, deferred);
      return id;
    });
  }

  refunded(at: string | Date, id: string, net: number, currency = 'USD'): Promise<void> {
    const money = Money.of(net, currency);
    return this.at(at, async () => {
      await this.recognition.takeBack(id, money);
      await this.post('refund.asked', id, money.negated());
    });
  }

  refundFailed(at: string | Date, id: string, net: number, currency = 'USD'): Promise<void> {
    const money = Money.of(net, currency);
    return this.at(at, async () => {
      await this.post('refund.failed', id, money);
      await this.recognition.putBack(id, money);
    });
  }

  ended(at: string, id: string): Promise<void> {
    return this.at(at, () => this.recognition.end([id], new Date(at)));
  }

  /** The job looks at this moment, until it finds nothing more to do. */
  async looks(at: string | Date): Promise<number> {
    let closed = 0;
    await this.platform.clock.at(at, async () => {
      for (let count = 1; count > 0; closed += count) count = await this.days.run();
    });
    expect(await this.platform.module.get(Invariants).check()).toEqual([]);
    return closed;
  }

  /** What was recognised of a plan, day by day as the entries are dated. */
  async earned(plan: string, currency = 'USD'): Promise<[day: string, amount: number][]> {
    const rows = await sql<{ day: string; amount: number }>(
      this.platform.database,
      `SELECT to_char(e.effective_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, -p.amount::int AS amount
       FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id JOIN ledger_accounts a ON a.id = p.account_id
       WHERE e.kind = 'revenue.recognised' AND e.object_id = $1 AND a.code = 'revenue:subscriptions' AND a.currency = $2
       ORDER BY e.effective_at, e.id`,
      [plan, currency],
    );
    return rows.map(({ day, amount }) => [day, amount]);
  }

  /** What is in the revenue of what this payment paid for. */
  async recognised(id: string): Promise<number> {
    const [row] = await sql<{ amount: number }>(
      this.platform.database,
      'SELECT coalesce(sum(recognised), 0)::int AS amount FROM deferrals WHERE source_id = $1',
      [id],
    );
    return row!.amount;
  }

  close(): Promise<void> {
    return this.platform.close();
  }

  private async post(kind: string, id: string, net: Money): Promise<void> {
    await this.postEntry.execute({
      kind,
      reference: newId('event'),
      object: { type: 'payment', id },
      actor: 'system',
      legs: [debit(accounts.provider('STRIPE'), net), credit(accounts.deferred(STREAM), net)],
    });
  }
}
