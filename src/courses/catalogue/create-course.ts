import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, Problems } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { CourseProblems } from '../courses.problems.js';
import { CheckPrices } from './check-prices.js';
import type { CreateCourseDto } from './courses.dto.js';
import { OtherPrices } from './other-prices.js';

/** Creates a draft. */
@Injectable()
export class CreateCourse {
  constructor(
    private readonly database: Database,
    private readonly checkPrices: CheckPrices,
    private readonly otherPrices: OtherPrices,
    private readonly clock: Clock,
  ) {}

  /** @returns the course's id */
  @Transactional()
  async execute(
    { instructorId: named, prices = [], ...course }: CreateCourseDto,
    principal: Principal,
  ): Promise<string> {
    const instructorId = named ?? principal.userId;
    await this.checkInstructor(instructorId, principal);
    this.checkPrices.execute({ ...course, prices });
    const now = this.clock.now();
    const { id } = await this.database.client.course.create({
      data: { ...course, id: newId('course'), instructorId, createdAt: now, updatedAt: now },
    });
    await this.otherPrices.add(id, prices);
    return id;
  }

  /** @throws forbidden for who may not create courses for others; CourseProblems.unknownInstructor */
  async checkInstructor(id: string, principal: Principal): Promise<void> {
    if (id === principal.userId) return;
    if (!isAdmin(principal)) throw new DomainError(Problems.forbidden, 'Only an admin creates courses for others');
    const found = await this.database.client.user.findFirst({
      where: { id, roles: { has: 'INSTRUCTOR' } },
      select: { id: true },
    });
    if (!found) throw new DomainError(CourseProblems.unknownInstructor);
  }
}
