import { Injectable } from '@nestjs/common';
import {
  type AccountRef,
  accounts,
  BearReversal,
  credit,
  debit,
  type Leg,
  LockAccount,
  PostEntry,
} from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';

/** What a payee has of a sale. */
export interface EarnedShare {
  readonly payeeId: string;
  readonly share: Money;
}

type EarningRow = Prisma.EarningGetPayload<object>;

/** What a payee has of one sale, and what becomes of it. Every step runs in the transaction of its cause, which holds the payment's row. */
@Injectable()
export class Earnings {
  constructor(
    private readonly database: Database,
    private readonly bearReversal: BearReversal,
    private readonly lockAccount: LockAccount,
    private readonly postEntry: PostEntry,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * A sale has credited shares to its payees, one each: they are theirs when the hold period is over.
   * @returns the statement that writes them down, to be part of the one that concludes the payment; undefined without any
   */
  begin(paymentId: string, shares: readonly EarnedShare[]): Prisma.Sql | undefined {
    const earned = shares.filter(({ share }) => !share.isZero());
    if (earned.length === 0) return undefined;
    const heldUntil = this.clock.in(this.settings.EARNINGS_HOLD_DAYS * 86_400);
    const rows = earned.map(
      ({ payeeId, share: { minor, currency } }) => Prisma.sql`
        (${newId('earning')}, ${paymentId}, ${payeeId}, ${currency}, ${minor}::bigint, ${minor}::bigint, ${heldUntil}::timestamptz, ${heldUntil}::timestamptz)`,
    );
    return Prisma.sql`
      INSERT INTO earnings (id, payment_id, payee_id, currency, share, pending, held_until, due_at) VALUES ${Prisma.join(rows)}`;
  }

  /**
   * Takes the shares of a part of a sale back: of each what is due of it for everything given back so far, less what was taken before. What
   * is pending goes first; what was released is the payee's, who owes what they no longer have.
   * @param givenBack of the sale's total so far, this time included
   */
  async reverse(
    paymentId: string,
    cause: string,
    givenBack: bigint,
    total: bigint,
  ): Promise<{ share: bigint; legs: Leg[] }> {
    let share = 0n;
    const legs: Leg[] = [];
    for (const earning of await this.lock(paymentId)) {
      const due = Money.of(earning.share, earning.currency).times(givenBack, total);
      const amount = due.minor - earning.reversed;
      if (amount <= 0n) continue;
      const fromPending = amount < earning.pending ? amount : earning.pending;
      await this.take(earning, cause, amount, fromPending);
      const money = (minor: bigint) => Money.of(minor, earning.currency);
      legs.push(
        debit(accounts.earningsPending(earning.payeeId), money(fromPending)),
        ...(await this.bearReversal.execute(accounts.earnings(earning.payeeId), money(amount - fromPending))),
      );
      share += amount;
    }
    return { share, legs };
  }

  /**
   * What a refund or a lost dispute took did not go back after all; its entry is taken back by the caller, before this. While the sale is
   * disputed it waits with the rest.
   */
  async putBack(paymentId: string, cause: string): Promise<void> {
    await this.database.execute(Prisma.sql`
      WITH undone AS (
        DELETE FROM earning_reversals r USING earnings e WHERE e.id = r.earning_id AND e.payment_id = ${paymentId} AND r.cause = ${cause}
        RETURNING r.earning_id, r.amount, r.from_pending
      )
      UPDATE earnings e SET reversed = reversed - u.amount, pending = pending + u.from_pending, released = released + u.amount - u.from_pending
      FROM undone u WHERE e.id = u.earning_id`);
    const { status } = await this.database.client.payment.findUniqueOrThrow({
      where: { id: paymentId },
      select: { status: true },
    });
    if (status === 'DISPUTED') await this.freeze(paymentId);
    else await this.thaw(paymentId);
  }

  /** While a sale is disputed nothing of it is released, and what was released and is still there waits with the rest. */
  async freeze(paymentId: string): Promise<void> {
    for (const earning of await this.lock(paymentId)) {
      const { id, payeeId, currency, released, moves } = earning;
      const theirs = accounts.earnings(payeeId);
      const there = await this.lockAccount.execute(theirs, currency);
      const amount = there < released ? there : released;
      await this.database.client.earning.update({
        where: { id },
        data: { dueAt: null, ...(amount > 0n && { ...moved(amount), moves: moves + 1 }) },
      });
      await this.post(earning, 'earnings.frozen', theirs, accounts.earningsPending(payeeId), amount);
    }
  }

  /** What is pending is released when its time has come, unless the sale is disputed. */
  async thaw(paymentId: string): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE earnings e SET tries = 0, due_at = CASE WHEN pending > 0 THEN greatest(held_until, ${this.clock.now()}) END
      FROM payments p WHERE p.id = e.payment_id AND e.payment_id = ${paymentId} AND p.status <> 'DISPUTED'`);
  }

  /** What is pending becomes the payee's. */
  async release(earning: EarningRow): Promise<void> {
    const { id, payeeId, pending, moves } = earning;
    await this.database.client.earning.update({
      where: { id },
      data: { ...moved(-pending), moves: moves + 1, dueAt: null },
    });
    const theirs = accounts.earnings(payeeId);
    await this.post(earning, 'earnings.released', accounts.earningsPending(payeeId), theirs, pending);
  }

  private async post(
    { id, paymentId, currency, moves }: EarningRow,
    kind: string,
    from: AccountRef,
    to: AccountRef,
    minor: bigint,
  ): Promise<void> {
    const amount = Money.of(minor, currency);
    await this.postEntry.execute({
      kind,
      reference: `${id}:${kind.split('.')[1]}:${moves}`,
      object: { type: 'payment', id: paymentId },
      actor: 'system',
      legs: [debit(from, amount), credit(to, amount)],
    });
  }

  private async take({ id, pending }: EarningRow, cause: string, amount: bigint, fromPending: bigint): Promise<void> {
    await this.database.client.earning.update({
      where: { id },
      data: {
        reversed: { increment: amount },
        pending: { decrement: fromPending },
        released: { decrement: amount - fromPending },
        ...(pending === fromPending && { dueAt: null }),
        reversals: { create: { cause, amount, fromPending } },
      },
    });
  }

  private lock(paymentId: string): Promise<EarningRow[]> {
    return this.database.rows<EarningRow>(Prisma.sql`
      SELECT ${earningColumns} FROM earnings WHERE payment_id = ${paymentId} ORDER BY payee_id FOR UPDATE`);
  }
}

export const earningColumns = Prisma.sql`id, payment_id AS "paymentId", payee_id AS "payeeId", currency, share, pending, released, reversed,
  held_until AS "heldUntil", due_at AS "dueAt", tries, moves`;

/** From what is released to what is pending; negative the other way. */
function moved(amount: bigint): Prisma.EarningUpdateInput {
  return { pending: { increment: amount }, released: { decrement: amount } };
}
