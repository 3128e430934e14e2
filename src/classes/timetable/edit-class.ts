import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { CheckTeacher } from '../check-teacher.js';
import { ClassProblems } from '../classes.problems.js';
import { CheckTerms } from './check-terms.js';
import type { EditClassDto } from './classes.dto.js';
import { LockClass, type TaughtClass } from './lock-class.js';
import type { SeriesSession } from './lock-sessions.js';
import { RebuildTimetable } from './rebuild-timetable.js';
import { normalRule } from './recurrence-rule.js';
import { ReviseSessions } from './revise-sessions.js';

const terms = ['price', 'currency', 'absenteePolicy', 'noShowFee', 'cancellationWindowMinutes'] as const;
const timetable = ['recurrenceRule', 'startsAt', 'durationMinutes'] as const;

/** Changes what is given of a class, and of the sessions that its series will have. */
@Injectable()
export class EditClass {
  constructor(
    private readonly database: Database,
    private readonly lockClass: LockClass,
    private readonly checkTerms: CheckTerms,
    private readonly checkTeacher: CheckTeacher,
    private readonly reviseSessions: ReviseSessions,
    private readonly rebuildTimetable: RebuildTimetable,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns sessions that do not suit the new timetable and are kept, as seats are taken in them
   * @throws not found, Problems.validation, ClassProblems.currencyNotOffered, unknownTeacher, staysAtBranch, SessionProblems.teacherBusy
   */
  @Transactional()
  async execute(id: string, { branchId, recurrenceRule: rule, ...said }: EditClassDto): Promise<SeriesSession[]> {
    const before = await this.lockClass.execute(id);
    if (branchId !== undefined && branchId !== before.branchId) throw new DomainError(ClassProblems.staysAtBranch);
    const recurrenceRule = rule == null ? rule : normalRule(rule);
    this.checkTerms.execute({ ...before, ...given({ ...said, recurrenceRule }) });
    if (said.teacherId !== undefined && said.teacherId !== before.teacherId)
      await this.checkTeacher.execute(said.teacherId);
    const after = await this.database.client.class.update({
      where: { id },
      data: { ...said, recurrenceRule, updatedAt: this.clock.now() },
      include: { branch: true },
    });
    return this.handOn(before, after);
  }

  /** Only what has changed: a session may differ from its class where an edit of it and those after it has made it so. */
  private async handOn(before: TaughtClass, after: TaughtClass): Promise<SeriesSession[]> {
    const changed = (...fields: readonly (keyof TaughtClass)[]) =>
      fields.some((field) => before[field] !== after[field]);
    if (changed('capacity')) await this.reviseSessions.capacity(after);
    // What the rule does not give any more goes before the new teacher comes, who may be busy then.
    const kept = changed(...timetable) ? await this.rebuildTimetable.execute(before, after) : [];
    if (changed('teacherId')) await this.reviseSessions.teacher(after);
    if (changed(...terms)) await this.reviseSessions.terms(after);
    return kept;
  }
}

/** Without what was left out, so that it covers nothing. */
function given<T extends object>(changes: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
