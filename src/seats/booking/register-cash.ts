import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError, invalid, notFound } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { WorksAt } from '../../identity/index.js';
import { MoveSeatMoney } from '../settling/move-seat-money.js';
import { Seats } from '../settling/seats.js';
import { CashTaken, SeatBooked } from '../seats.events.js';
import type { RegisterCashDto } from '../seats.dto.js';
import { SeatProblems } from '../seats.problems.js';

/** A student pays at the door: staff of the branch take the cash into its drawer, and the seat is paid. */
@Injectable()
export class RegisterCash {
  constructor(
    private readonly database: Database,
    private readonly worksAt: WorksAt,
    private readonly seats: Seats,
    private readonly money: MoveSeatMoney,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the seat's id; the same for a request that is resumed under its Idempotency-Key
   * @throws not found for the session, or when nobody has the address; Problems.validation unless one student is named; SeatProblems
   * enrolled, overlaps, full, closed, notAStudent
   */
  async execute({ sessionId, ...named }: RegisterCashDto, staff: Principal): Promise<string> {
    const session = await this.database.client.classSession.findUnique({ where: { id: sessionId } });
    if (!session || !(await this.worksAt.execute(staff, session.branchId))) throw notFound('Session');
    return this.take(sessionId, await this.studentOf(named), staff.userId);
  }

  private async studentOf({ studentId, studentEmail }: Omit<RegisterCashDto, 'sessionId'>): Promise<string> {
    if ((studentId === undefined) === (studentEmail === undefined))
      throw invalid('studentId', 'Name the student who pays: either studentId or studentEmail');
    const by = studentEmail === undefined ? { id: studentId } : { email: studentEmail };
    const student = await this.database.client.user.findFirst({ where: by, select: { id: true, roles: true } });
    if (!student && studentEmail !== undefined) throw notFound('Student');
    if (!student?.roles.includes('STUDENT')) throw new DomainError(SeatProblems.notAStudent);
    return student.id;
  }

  /**
   * Contends on the student's seats (unique, no overlap) and then on the session's counter, whose condition holds the capacity. Before
   * check-in opens, seats that are being offered to those who wait are not sold.
   */
  @Transactional()
  private async take(sessionId: string, studentId: string, staffId: string): Promise<string> {
    const now = this.clock.now();
    const id = newId('seat');
    const key = currentIdempotencyKey() ?? null;
    const inserted = await this.database.execute(Prisma.sql`
      INSERT INTO seats (id, session_id, student_id, start_time, end_time, status, payment_method, amount, tax, currency, paid_at,
        booked_by, idempotency_key, created_at, updated_at)
      SELECT ${id}, id, ${studentId}, start_time, end_time, 'PAID', 'CASH', price, tax, currency, ${now}, ${staffId}, ${key}, ${now}, ${now}
      FROM class_sessions WHERE id = ${sessionId}
      ON CONFLICT DO NOTHING`);
    if (inserted === 0) return this.taken(sessionId, studentId, key);
    const counted = await this.database.execute(Prisma.sql`
      UPDATE class_sessions n SET taken = taken + 1
      FROM seats s
      WHERE n.id = ${sessionId} AND s.id = ${id} AND n.taken < n.capacity
        AND (n.start_time, n.end_time, n.price, n.tax) = (s.start_time, s.end_time, s.amount, s.tax)
        AND (n.status IN ('CHECKING_IN', 'CONDUCTING') OR (n.status = 'SCHEDULED' AND n.start_time > ${now}
          AND NOT EXISTS (SELECT FROM waitlist_promotions w WHERE w.session_id = n.id)))`);
    if (counted === 0) throw await this.closedOrFull(sessionId);
    const seat = await this.seats.find(id);
    if (!seat) throw new Error(`seat ${id} is not there`);
    await this.money.payCash(seat, staffId);
    // After the entry, which has locked the drawer: whoever listens may refuse the cash by what stands about the drawer now.
    await this.events.publish(new CashTaken(id, seat.branchId, seat.currency));
    await this.events.publish(new SeatBooked(id, sessionId, studentId));
    return id;
  }

  /** Another seat is in the way: this very one, begun before, or a refusal. */
  private async taken(sessionId: string, studentId: string, key: string | null): Promise<string> {
    const seat = await this.database.client.seat.findFirst({
      where: { sessionId, studentId, status: { in: ['LOCKED', 'PAID'] } },
      select: { id: true, idempotencyKey: true },
    });
    if (seat && key !== null && seat.idempotencyKey === key) return seat.id;
    throw new DomainError(seat ? SeatProblems.enrolled : SeatProblems.overlaps);
  }

  private async closedOrFull(sessionId: string): Promise<DomainError> {
    const session = await this.database.client.classSession.findUniqueOrThrow({ where: { id: sessionId } });
    if (session.taken >= session.capacity) return new DomainError(SeatProblems.full);
    const open = session.status === 'SCHEDULED' && session.startTime > this.clock.now();
    const offered = open && (await this.database.client.waitlistPromotion.count({ where: { sessionId } })) > 0;
    return new DomainError(offered ? SeatProblems.full : SeatProblems.closed);
  }
}
