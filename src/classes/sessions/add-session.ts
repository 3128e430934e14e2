import { Injectable } from '@nestjs/common';
import { WorksAt } from '../../identity/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { invalid, notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { CheckTeacher } from '../check-teacher.js';
import { LockClass, type TaughtClass } from '../timetable/lock-class.js';
import { MakeSessionTerms } from '../timetable/session-terms.js';
import { checkTime, type SessionTime } from './session-time.js';
import type { CreateClassSessionDto } from './sessions.dto.js';
import { unlessTeacherBusy } from './teacher-busy.js';

/** Adds a session to a class that its rule does not give. */
@Injectable()
export class AddSession {
  constructor(
    private readonly database: Database,
    private readonly lockClass: LockClass,
    private readonly worksAt: WorksAt,
    private readonly makeTerms: MakeSessionTerms,
    private readonly checkTeacher: CheckTeacher,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the session's id
   * @throws not found for a class of a branch where the caller does not work; ClassProblems.startInPast, unknownTeacher;
   * SessionProblems.length, teacherBusy
   */
  @Transactional()
  async execute(given: CreateClassSessionDto, principal: Principal): Promise<string> {
    const of = await this.lockClass.execute(given.classId);
    if (!(await this.worksAt.execute(principal, of.branchId))) throw notFound('Class');
    const now = this.clock.now();
    const time = timeOf(given, of);
    checkTime(time, now);
    const { teacherId = of.teacherId, capacity = of.capacity } = given;
    if (teacherId !== of.teacherId) await this.checkTeacher.execute(teacherId);
    const price = given.price === undefined ? undefined : BigInt(given.price);
    const terms = this.makeTerms.execute(of, time.startTime, price);
    // A cheaper extra costs an absentee no more than its seat.
    const noShowFee = terms.noShowFee < terms.price ? terms.noShowFee : terms.price;
    const session = { id: newId('classSession'), classId: of.id, branchId: of.branchId, teacherId, capacity };
    const adding = this.database.client.classSession.create({
      data: { ...session, ...time, ...terms, noShowFee, createdAt: now, updatedAt: now },
      select: { id: true },
    });
    return (await unlessTeacherBusy(adding)).id;
  }
}

/** The end is given, or follows from the length that is given, or from that of the class. */
function timeOf({ startTime: start, endTime, duration }: CreateClassSessionDto, of: TaughtClass): SessionTime {
  if (endTime !== undefined && duration !== undefined) throw invalid('duration', 'Give duration or endTime, not both');
  const startTime = new Date(start);
  const minutes = duration ?? of.durationMinutes;
  return { startTime, endTime: endTime ? new Date(endTime) : new Date(startTime.getTime() + minutes * 60_000) };
}
