import { Injectable } from '@nestjs/common';
import { LockOrganization } from '../../identity/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { CheckTeacher } from '../check-teacher.js';
import { CheckTerms } from './check-terms.js';
import type { CreateClassDto } from './classes.dto.js';
import { RebuildTimetable } from './rebuild-timetable.js';
import { normalRule } from './recurrence-rule.js';

@Injectable()
export class CreateClass {
  constructor(
    private readonly database: Database,
    private readonly lockOrganization: LockOrganization,
    private readonly checkTerms: CheckTerms,
    private readonly checkTeacher: CheckTeacher,
    private readonly rebuildTimetable: RebuildTimetable,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the class and its first eight weeks of sessions. The branch is locked, so that it is not closed meanwhile.
   *
   * @returns its id
   * @throws not found for the branch, Problems.validation, ClassProblems.currencyNotOffered, unknownTeacher, SessionProblems.teacherBusy
   */
  @Transactional()
  async execute({ recurrenceRule: rule, startsAt = null, ...said }: CreateClassDto): Promise<string> {
    const { absenteePolicy = 'STRICT', noShowFee = 0 } = said;
    const recurrenceRule = rule == null ? null : normalRule(rule);
    this.checkTerms.execute({ ...said, absenteePolicy, noShowFee, recurrenceRule, startsAt });
    await this.lockOrganization.branch(said.branchId);
    await this.checkTeacher.execute(said.teacherId);
    const now = this.clock.now();
    const made = await this.database.client.class.create({
      data: { ...said, id: newId('class'), recurrenceRule, startsAt, createdAt: now, updatedAt: now },
      include: { branch: true },
    });
    await this.rebuildTimetable.execute(undefined, made);
    return made.id;
  }
}
