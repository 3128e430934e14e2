import type { SeatStatus } from '../../src/platform/database/index.js';
import { PRICE, PURSE, STUDENTS, TAX } from './seat-actions.js';

/** A seat as a child would keep it. */
export interface ModelSeat {
  session: number;
  student: number;
  /** When it is: its session's start, once it has followed. */
  start: number;
  status: SeatStatus;
  cash: boolean;
  paid: number;
  checkedIn: boolean;
  givenBack: boolean;
  delivered: boolean;
  reason: string | null;
}

/** The purses of the students and the money of the school, as far as seats move it. */
export class SeatMoney {
  readonly wallets = Array.from({ length: STUDENTS }, () => ({ balance: PURSE, held: 0 }));
  readonly books = { drawer: 0, tax: 0, deferred: 0, revenue: 0 };

  /** What is held for a seat is paid, in whole or in part; what is paid already stays as it is. */
  capture(seat: ModelSeat, amount = PRICE): void {
    if (seat.status !== 'LOCKED') return;
    this.letGo(seat);
    this.wallets[seat.student]!.balance -= amount;
    this.sell(seat, amount);
    seat.status = 'PAID';
  }

  sell(seat: ModelSeat, amount: number): void {
    seat.paid = amount;
    this.books.tax += (amount * TAX) / PRICE;
    this.books.deferred += amount - (amount * TAX) / PRICE;
  }

  letGo({ student }: ModelSeat): void {
    this.wallets[student]!.held -= PRICE;
  }

  deliver(seat: ModelSeat): void {
    if (seat.paid === 0 || seat.delivered || seat.givenBack) return;
    seat.delivered = true;
    const net = seat.paid - (seat.paid * TAX) / PRICE;
    this.books.deferred -= net;
    this.books.revenue += net;
  }

  giveBack(seat: ModelSeat): void {
    if (seat.status === 'LOCKED') this.letGo(seat);
    if (seat.paid === 0 || seat.givenBack) return;
    seat.givenBack = true;
    const tax = (seat.paid * TAX) / PRICE;
    this.books.tax -= tax;
    this.books[seat.delivered ? 'revenue' : 'deferred'] -= seat.paid - tax;
    this.wallets[seat.student]!.balance += seat.paid;
  }
}
