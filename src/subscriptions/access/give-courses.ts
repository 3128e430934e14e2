import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type IncludedCourses, PlanCourses, type PlanCourseSource } from '../../enrollments/index.js';
import { OwnPlan } from './own-plan.js';

/** The premium courses that people have by their plan. */
@Injectable()
export class GiveCourses implements PlanCourseSource, OnModuleInit {
  readonly enrollmentType = 'SUBSCRIPTION';

  constructor(
    private readonly ownPlan: OwnPlan,
    private readonly planCourses: PlanCourses,
  ) {}

  onModuleInit(): void {
    this.planCourses.register(this);
  }

  async of(userId: string): Promise<IncludedCourses> {
    return (await this.ownPlan.of(userId)).courses;
  }
}
