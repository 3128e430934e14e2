import { Injectable } from '@nestjs/common';
import {
  type AccountRef,
  accounts,
  credit,
  debit,
  type Leg,
  type NewEntry,
  PostEntry,
  ResolveHold,
} from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { ReturnCredit } from '../../packages/index.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import type { SeatRow } from './seats.js';

/**
 * The money of a seat: held, paid, given back, earned. Each step is an entry of its own, once, by its reference; all in the caller's
 * transaction, which holds the seat (`Seats.lock`).
 */
@Injectable()
export class MoveSeatMoney {
  constructor(
    private readonly resolveHold: ResolveHold,
    private readonly postEntry: PostEntry,
    private readonly returnCredit: ReturnCredit,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Takes the whole price out of the hold. */
  capture(seat: SeatRow, actor: string): Promise<void> {
    return this.take(seat, seat.amount, actor);
  }

  /** Takes the no-show fee out of the hold and releases the rest; without a fee it releases all. */
  captureNoShowFee(seat: SeatRow, actor: string): Promise<void> {
    return this.take(seat, seat.noShowFee < seat.amount ? seat.noShowFee : seat.amount, actor);
  }

  async release(seat: SeatRow): Promise<void> {
    if (seat.holdId) await this.resolveHold.release(seat.holdId);
  }

  /** Cash into the branch's drawer. */
  async payCash(seat: SeatRow, actor: string): Promise<void> {
    const { amount, tax, currency } = seat;
    const paid = Money.of(amount, currency);
    await this.postEntry.execute(
      this.entry(seat, 'paid-cash', actor, [
        debit(accounts.cash(seat.branchId), paid),
        ...this.sold(seat, amount, tax),
      ]),
    );
    await this.paid(seat, amount, tax);
  }

  /** Everything that was held or paid goes to the student: a credit to its package, cash into the wallet. Once. */
  async giveBack(seat: SeatRow, actor: string): Promise<void> {
    if (seat.status === 'LOCKED') await this.release(seat);
    if (seat.givenBackAt) return;
    if (seat.studentPackageId) return this.giveCreditBack(seat, seat.studentPackageId, actor);
    if (seat.paidAmount === 0n) return;
    await this.postEntry.execute(
      this.entry(seat, 'given-back', actor, [
        debit(earnedOrDeferred(seat), netOf(seat)),
        debit(accounts.tax(seat.taxCountry), Money.of(seat.paidTax, seat.currency)),
        credit(accounts.wallet(seat.studentId), Money.of(seat.paidAmount, seat.currency)),
      ]),
    );
    await this.mark(seat, { givenBackAt: this.clock.now() });
  }

  /** The session was held: what was paid is earned. */
  async deliver(seat: SeatRow): Promise<void> {
    if (seat.paidAmount === 0n || seat.deliveredAt || seat.givenBackAt) return;
    await this.postEntry.execute(
      this.entry(seat, 'delivered', 'system', [
        debit(accounts.deferred('sessions'), netOf(seat)),
        credit(accounts.revenue('sessions'), netOf(seat)),
      ]),
    );
    await this.mark(seat, { deliveredAt: this.clock.now() });
  }

  private async giveCreditBack(seat: SeatRow, studentPackageId: string, actor: string): Promise<void> {
    const net = netOf(seat);
    const to = await this.returnCredit.execute(studentPackageId, { net, tax: Money.of(seat.paidTax, seat.currency) });
    await this.postEntry.execute(
      this.entry(seat, 'credit-returned', actor, [debit(earnedOrDeferred(seat), net), ...to]),
    );
    await this.mark(seat, { givenBackAt: this.clock.now() });
  }

  private async take(seat: SeatRow, amount: bigint, actor: string): Promise<void> {
    if (!seat.holdId) return;
    if (amount === 0n) return this.release(seat);
    const tax = Money.of(seat.tax, seat.currency).times(amount, seat.amount).minor;
    const taken = Money.of(amount, seat.currency);
    const legs = [debit(accounts.wallet(seat.studentId), taken), ...this.sold(seat, amount, tax)];
    const captured = await this.resolveHold.capture(seat.holdId, taken, this.entry(seat, 'captured', actor, legs));
    if (!captured) throw new Error(`the hold of seat ${seat.id} is resolved, and the seat is ${seat.status}`);
    await this.paid(seat, amount, tax);
  }

  private sold({ currency, taxCountry }: SeatRow, amount: bigint, tax: bigint): Leg[] {
    return [
      credit(accounts.tax(taxCountry), Money.of(tax, currency)),
      credit(accounts.deferred('sessions'), Money.of(amount - tax, currency)),
    ];
  }

  private entry(seat: SeatRow, step: string, actor: string, legs: Leg[]): NewEntry {
    return {
      kind: `seat.${step}`,
      reference: `${seat.id}:${step}`,
      object: { type: 'seat', id: seat.id },
      actor,
      legs,
    };
  }

  private async paid(seat: SeatRow, paidAmount: bigint, paidTax: bigint): Promise<void> {
    await this.mark(seat, { paidAmount, paidTax, paidAt: this.clock.now() });
    seat.paidAmount = paidAmount;
    seat.paidTax = paidTax;
  }

  private async mark({ id }: SeatRow, data: Prisma.SeatUncheckedUpdateInput): Promise<void> {
    await this.database.client.seat.update({ where: { id }, data: { ...data, updatedAt: this.clock.now() } });
  }
}

/** What was paid for a seat, without the tax in it. */
function netOf({ paidAmount, paidTax, currency }: SeatRow): Money {
  return Money.of(paidAmount - paidTax, currency);
}

/** Where that stands now. */
function earnedOrDeferred({ deliveredAt }: SeatRow): AccountRef {
  return deliveredAt ? accounts.revenue('sessions') : accounts.deferred('sessions');
}
