import { MoveSession } from '../../src/classes/sessions/move-session.js';
import { CreatePackage } from '../../src/packages/offer/create-package.js';
import { PurchasePackage } from '../../src/packages/own/purchase-package.js';
import { RefundStudentPackage } from '../../src/packages/sale/refund-student-package.js';
import { RefundPayment } from '../../src/payments/refunds/refund-payment.js';
import type { Principal } from '../../src/platform/auth/index.js';
import { Database, Prisma } from '../../src/platform/database/index.js';
import { DomainError } from '../../src/platform/errors/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { BookSeat } from '../../src/seats/booking/book-seat.js';
import { CancelSeat } from '../../src/seats/booking/cancel-seat.js';
import { SettleSessions } from '../../src/seats/settling/settle-sessions.js';
import type { Lessons } from '../support/lessons.js';
import type { School } from '../support/school.js';
import { SeatDesk } from '../support/seat-desk.js';
import { type Action, type Outcome, PRICE, PURSE, SESSIONS, TAX } from './package-actions.js';
import type { PackageState } from './package-model.js';

/** Worlds have times of their own, so that one teacher can be in all of their sessions. */
let worlds = 0;

/** A new student and sessions of a class in a running application, and what happens to them, by the operations that the API calls. */
export class PackageWorld {
  /** In the order in which they were bought and taken. */
  private readonly bought: { id: string; paymentId: string; paid: number }[] = [];
  private readonly seats: string[] = [];
  private readonly staff: Principal;
  private readonly admin: Principal;

  private constructor(
    private readonly school: School,
    private readonly lessons: Lessons,
    private readonly sessions: string[],
    private readonly student: Principal,
  ) {
    this.staff = { userId: lessons.staff.id, roles: ['STAFF'], timeZone: 'UTC' };
    this.admin = { userId: school.admin.id, roles: ['ADMIN'], timeZone: 'UTC' };
  }

  static async open(school: School, lessons: Lessons, template: string): Promise<PackageWorld> {
    worlds += 1;
    const sessions = Array.from({ length: SESSIONS }, () => newId('classSession'));
    await school.sql(
      `INSERT INTO class_sessions SELECT (jsonb_populate_record(n, jsonb_build_object('id', p.id, 'price', $3::int, 'tax', $4::int,
         'start_time', n.start_time + make_interval(hours => 2 * ($5::int + p.place::int)),
         'end_time', n.end_time + make_interval(hours => 2 * ($5::int + p.place::int)),
         'cancel_until', n.cancel_until + make_interval(hours => 2 * ($5::int + p.place::int))))).*
       FROM class_sessions n, unnest($2::text[]) WITH ORDINALITY AS p(id, place) WHERE n.id = $1`,
      [template, sessions, PRICE, TAX, worlds * (SESSIONS + 1)],
    );
    const { id: userId } = await new SeatDesk(school, lessons).person(PURSE);
    return new PackageWorld(school, lessons, sessions, { userId, roles: ['STUDENT'], timeZone: 'UTC' });
  }

  /** Whether there is anything for it to act on. */
  knows(action: Action): boolean {
    return 'seat' in action ? this.seats.length > 0 : !('bought' in action) || this.bought.length > 0;
  }

  /** Refusals are outcomes; anything else that is thrown is a failure of the property. */
  async perform(action: Action): Promise<Outcome> {
    try {
      await this.act(action);
      return 'done';
    } catch (error) {
      if (error instanceof DomainError) return error.problem.code;
      throw error;
    }
  }

  async state(): Promise<PackageState> {
    const row = await this.school.app.get(Database).row<{ state: Keyed }>(
      stateOf(
        this.student.userId,
        this.bought.map(({ id }) => id),
        this.sessions,
      ),
    );
    const { packages, seats, wallet } = row!.state;
    const inOrder = <T extends { id: string }>(ids: string[], kept: T[]) =>
      ids.map((id) => {
        const { id: _, ...rest } = kept.find((one) => one.id === id)!;
        return rest;
      });
    return {
      packages: inOrder(
        this.bought.map(({ id }) => id),
        packages,
      ),
      seats: inOrder(this.seats, seats),
      wallet,
    };
  }

  private async act(action: Action): Promise<void> {
    const { app } = this.school;
    switch (action.kind) {
      case 'buy':
        return this.buy(action.price, action.credits);
      case 'book': {
        const { id } = await app.get(BookSeat).execute(this.sessions[action.session]!, this.student.userId);
        this.seats.push(id);
        return;
      }
      case 'cancel':
        return app
          .get(CancelSeat)
          .execute(this.seats[action.seat % this.seats.length]!, action.by === 'admin' ? this.admin : this.student);
      case 'centerCancel':
        return this.move(action.session, 'CANCELED');
      case 'finish':
        await this.school.app.get(Database).execute(Prisma.sql`
          UPDATE class_sessions SET status = 'CONDUCTING' WHERE id = ${this.sessions[action.session]!} AND status = 'SCHEDULED'`);
        return this.move(action.session, 'FINISHED');
      case 'refundPackage':
        await app.get(RefundStudentPackage).execute(this.pick(action.bought).id, 'drawn', this.admin);
        return;
      case 'refundPayment': {
        const { paymentId, paid } = this.pick(action.bought);
        const amount = Math.max(1, Math.floor((paid * action.tenths) / 10));
        await app.get(RefundPayment).execute({ paymentId, amount, reason: 'drawn' }, this.admin);
      }
    }
  }

  private pick(number: number): PackageWorld['bought'][number] {
    return this.bought[number % this.bought.length]!;
  }

  private async buy(price: number, sessionCount: number): Promise<void> {
    const { app } = this.school;
    const offer = { classId: this.lessons.classId, name: 'Drawn', sessionCount, price };
    const { id: packageId } = await app.get(CreatePackage).execute(offer, this.staff);
    const paymentSessionId = await app.get(PurchasePackage).execute({ packageId }, this.student);
    const { client } = app.get(Database);
    const { id, paid } = await client.studentPackage.findUniqueOrThrow({ where: { paymentSessionId } });
    const payment = await client.payment.findFirstOrThrow({ where: { sessionId: paymentSessionId } });
    this.bought.push({ id, paymentId: payment.id, paid: Number(paid) });
  }

  private async move(session: number, to: 'CANCELED' | 'FINISHED'): Promise<void> {
    await this.school.app.get(MoveSession).execute(this.sessions[session]!, to, this.staff);
    await this.school.app.get(SettleSessions).run();
  }
}

type WithId<T> = T & { id: string };
interface Keyed extends Omit<PackageState, 'packages' | 'seats'> {
  packages: WithId<PackageState['packages'][number]>[];
  seats: WithId<PackageState['seats'][number]>[];
}

const stateOf = (student: string, bought: string[], sessions: string[]) => Prisma.sql`
  SELECT json_build_object(
    'packages', (
      SELECT coalesce(json_agg(json_build_object('id', p.id, 'status', p.status, 'remaining', p.remaining_sessions,
        'refunded', p.refunded_sessions, 'net', p.net_left, 'tax', p.tax_left, 'paid', p.paid, 'givenBack', y.refunded_amount)), '[]')
      FROM student_packages p JOIN payments y ON y.session_id = p.payment_session_id WHERE p.student_id = ${student}),
    'seats', (
      SELECT coalesce(json_agg(json_build_object('id', id, 'session', array_position(${sessions}::text[], session_id) - 1,
        'status', status, 'bought', array_position(${bought}::text[], student_package_id) - 1, 'paid', paid_amount, 'tax', paid_tax,
        'returned', given_back_at IS NOT NULL)), '[]')
      FROM seats WHERE student_id = ${student}),
    'wallet', (
      SELECT json_build_object('balance', balance, 'held', held) FROM ledger_accounts WHERE code = 'liability:wallet:' || ${student})
  ) AS state`;
