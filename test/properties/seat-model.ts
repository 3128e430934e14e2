import type { AbsenteePolicy, ClassSessionStatus } from '../../src/platform/database/index.js';
import { type Action, FEE, LENGTH, onward, type Outcome, PRICE, SESSIONS, SHORTLY, WINDOW } from './seat-actions.js';
import { type ModelSeat, SeatMoney } from './seat-model-money.js';

interface ModelSession {
  policy: AbsenteePolicy;
  status: ClassSessionStatus;
  start: number;
  capacity: number;
  taken: number;
  /** Its seats wait to be settled. */
  unsettled: boolean;
}

export type KeptSeat = Omit<ModelSeat, 'start'>;

/** What is compared after each action. */
export interface SeatState {
  sessions: { status: string; capacity: number; taken: number; unsettled: boolean }[];
  seats: KeptSeat[];
  wallets: { balance: number; held: number }[];
  books: { drawer: number; tax: number; deferred: number; revenue: number };
}

const apart = (one: number, other: number) => Math.abs(one - other) >= LENGTH;
const isLive = ({ status }: ModelSeat) => status === 'LOCKED' || status === 'PAID';

/** Sessions, seats and purses as a child would keep them: what the system does must come to the same. */
export class SeatModel {
  private minute = 0;
  private readonly sessions: ModelSession[] = SESSIONS.map((session) => ({
    ...session,
    status: 'SCHEDULED',
    taken: 0,
    unsettled: false,
  }));
  private readonly seats: ModelSeat[] = [];
  private readonly money = new SeatMoney();

  /** Whether there is anything for it to act on. */
  knows(action: Action): boolean {
    return !('seat' in action) || this.seats.length > 0;
  }

  state(): SeatState {
    return {
      sessions: this.sessions.map(({ status, capacity, taken, unsettled }) => ({ status, capacity, taken, unsettled })),
      seats: this.seats.map(({ start: _, ...seat }) => seat),
      wallets: this.money.wallets,
      books: this.money.books,
    };
  }

  perform(action: Action): Outcome {
    switch (action.kind) {
      case 'book':
      case 'cash':
        return this.take(action.session, action.student, action.kind === 'cash');
      case 'cancel':
        return this.cancel(this.pick(action.seat), action.by);
      case 'checkIn':
        return this.checkIn(this.pick(action.seat));
      case 'noShow':
        return this.noShow(this.pick(action.seat));
      case 'charge':
      case 'release':
        return this.decide(this.pick(action.seat), action.kind);
      case 'move':
        return this.move(this.sessions[action.session]!, action.to);
      case 'goOn': {
        const session = this.sessions[action.session]!;
        const to = onward[session.status];
        if (action.wait) this.minute = Math.max(this.minute, session.start - SHORTLY);
        return to ? this.move(session, to) : 'done';
      }
      case 'reschedule':
      case 'edit':
        return this.retime(action.session, action.kind, this.minute + action.inMinutes);
      case 'capacity':
        return this.resize(this.sessions[action.session]!, action.capacity);
      case 'settle':
        this.settle(action.session);
        return 'done';
      case 'moveDue':
        for (const session of this.sessions) this.moveDue(session);
        return 'done';
      case 'clock':
        this.minute += action.minutes;
        return 'done';
    }
  }

  private pick(number: number): ModelSeat {
    return this.seats[number % this.seats.length]!;
  }

  private take(number: number, student: number, cash: boolean): Outcome {
    const session = this.sessions[number]!;
    const own = this.seats.filter((seat) => seat.student === student && isLive(seat));
    if (own.some((seat) => seat.session === number)) return 'ALREADY_ENROLLED_IN_SESSION';
    if (own.some(({ start }) => !apart(start, session.start))) return 'SESSIONS_OVERLAP';
    const bookable = session.status === 'SCHEDULED' && session.start > this.minute;
    const atTheDoor = session.status === 'CHECKING_IN' || session.status === 'CONDUCTING';
    const [open, full] = [bookable || (cash && atTheDoor), session.taken >= session.capacity];
    if (cash && full) return 'SESSION_FULL';
    if (!open) return 'SESSION_CLOSED';
    if (full) return 'SESSION_FULL';
    const wallet = this.money.wallets[student]!;
    if (!cash && wallet.balance - wallet.held < PRICE) return 'INSUFFICIENT_CREDITS_OR_BALANCE';
    const seat: ModelSeat = {
      ...{ session: number, student, start: session.start, status: 'LOCKED', cash, paid: 0, reason: null },
      ...{ checkedIn: false, givenBack: false, delivered: false },
    };
    if (cash) {
      this.money.books.drawer += PRICE;
      this.money.sell(seat, PRICE);
      seat.status = 'PAID';
    } else wallet.held += PRICE;
    session.taken += 1;
    this.seats.push(seat);
    return 'done';
  }

  private cancel(seat: ModelSeat, by: 'student' | 'admin'): Outcome {
    const { status, start } = this.sessions[seat.session]!;
    if (seat.status === 'CANCELLED') return 'done';
    if (by === 'student') {
      if (seat.checkedIn) return 'SEAT_CHECKED_IN';
      if (status !== 'SCHEDULED' || this.minute > start - WINDOW) return 'TOO_LATE_TO_CANCEL';
    }
    if (!seat.cash) this.money.giveBack(seat);
    this.free(seat, by.toUpperCase());
    return 'done';
  }

  private checkIn(seat: ModelSeat): Outcome {
    const { status, policy } = this.sessions[seat.session]!;
    if (!isLive(seat)) return 'SEAT_NOT_LIVE';
    if (seat.checkedIn) return 'done';
    if (status !== 'CHECKING_IN' && status !== 'CONDUCTING') return 'SESSION_NOT_CHECKING_IN';
    seat.checkedIn = true;
    if (policy !== 'MANUAL') this.money.capture(seat);
    return 'done';
  }

  private noShow(seat: ModelSeat): Outcome {
    const { status, policy } = this.sessions[seat.session]!;
    if (seat.status === 'NO_SHOW') return 'done';
    if (seat.status === 'CANCELLED') return 'SEAT_NOT_LIVE';
    if (seat.checkedIn) return 'SEAT_CHECKED_IN';
    if (status !== 'CONDUCTING' && status !== 'FINISHED') return 'SESSION_NOT_BEGUN';
    if (seat.status === 'LOCKED' && policy === 'MANUAL') return 'SEAT_UNDECIDED';
    this.money.capture(seat, policy === 'FLEXIBLE' ? FEE : PRICE);
    seat.status = 'NO_SHOW';
    if (status === 'FINISHED') this.money.deliver(seat);
    return 'done';
  }

  private decide(seat: ModelSeat, kind: 'charge' | 'release'): Outcome {
    const { status, policy } = this.sessions[seat.session]!;
    if (seat.status !== 'LOCKED' || policy !== 'MANUAL') return 'SEAT_NOT_UNDECIDED';
    const over = status === 'FINISHED';
    if (kind === 'release') {
      this.money.letGo(seat);
      if (over && !seat.checkedIn) seat.status = 'NO_SHOW';
      else this.free(seat, 'RELEASED');
    } else {
      this.money.capture(seat);
      if (over && !seat.checkedIn) seat.status = 'NO_SHOW';
      if (over) this.money.deliver(seat);
    }
    return 'done';
  }

  private move(session: ModelSession, to: ClassSessionStatus): Outcome {
    const way = `${session.status} ${to}`;
    const over = session.start + LENGTH <= this.minute;
    switch (way) {
      case 'SCHEDULED CHECKING_IN':
        if (over) return 'SESSION_OVER';
        if (this.minute < session.start - 60) return 'SESSION_TOO_EARLY';
        session.unsettled = true;
        break;
      case 'CHECKING_IN CONDUCTING':
        if (over) return 'SESSION_OVER';
        break;
      case 'CONDUCTING FINISHED':
      case 'SCHEDULED CANCELED':
      case 'CHECKING_IN CANCELED':
        session.unsettled = true;
        break;
      case 'CANCELED SCHEDULED':
        return 'SESSION_TIME_NEEDED';
      default:
        return 'INVALID_TRANSITION';
    }
    session.status = to;
    return 'done';
  }

  private retime(number: number, kind: 'reschedule' | 'edit', start: number): Outcome {
    const session = this.sessions[number]!;
    if (kind === 'edit' && session.status !== 'SCHEDULED') return 'SESSION_NOT_SCHEDULED';
    if (kind === 'reschedule' && session.status !== 'CANCELED') return 'INVALID_TRANSITION';
    if (kind === 'edit' && session.start === start) return 'done';
    const taken = this.seats.some((seat) => seat.session === number && seat.status !== 'CANCELLED');
    if (session.unsettled && taken) return 'SEATS_SETTLING';
    Object.assign(session, { status: 'SCHEDULED', start, unsettled: true });
    return 'done';
  }

  private resize(session: ModelSession, capacity: number): Outcome {
    if (session.status !== 'SCHEDULED') return 'SESSION_NOT_SCHEDULED';
    if (capacity < session.taken) return 'CAPACITY_BELOW_TAKEN';
    session.capacity = capacity;
    return 'done';
  }

  private moveDue(session: ModelSession): void {
    const past = this.minute - session.start - LENGTH;
    const missed = (session.status === 'SCHEDULED' || session.status === 'CHECKING_IN') && past >= 0;
    if (!missed && !(session.status === 'CONDUCTING' && past >= 60)) return;
    session.status = missed ? 'MISSED' : 'FINISHED';
    session.unsettled = true;
  }

  private settle(number: number): void {
    const session = this.sessions[number]!;
    if (!session.unsettled) return;
    session.unsettled = false;
    for (const seat of this.seats) if (seat.session === number) this.settleSeat(seat, session);
  }

  private settleSeat(seat: ModelSeat, { status, policy, start }: ModelSession): void {
    if (status === 'CANCELED' || status === 'MISSED') {
      this.money.giveBack(seat);
      if (seat.status !== 'CANCELLED') this.free(seat, `SESSION_${status}`);
    } else if (status === 'FINISHED') {
      if (seat.status === 'LOCKED' && policy === 'MANUAL') return;
      this.money.capture(seat, policy === 'STRICT' || seat.checkedIn ? PRICE : FEE);
      if (seat.status === 'PAID' && !seat.checkedIn) seat.status = 'NO_SHOW';
      this.money.deliver(seat);
    } else if (isLive(seat)) {
      const others = this.seats.filter((other) => other !== seat && other.student === seat.student && isLive(other));
      if (seat.start !== start && others.some((other) => !apart(other.start, start))) {
        this.money.giveBack(seat);
        return this.free(seat, 'OVERLAPS');
      }
      seat.start = start;
      if (status !== 'SCHEDULED' && policy === 'STRICT') this.money.capture(seat);
    }
  }

  private free(seat: ModelSeat, reason: string): void {
    seat.status = 'CANCELLED';
    seat.reason = reason;
    this.sessions[seat.session]!.taken -= 1;
  }
}
