import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type IncludedCourses, PlanCourses, type PlanCourseSource } from '../../enrollments/index.js';
import { OpenSeats } from './open-seats.js';

/** The premium courses that people have by seats of licences, until those are closed. */
@Injectable()
export class GiveSeatCourses implements PlanCourseSource, OnModuleInit {
  readonly enrollmentType = 'LICENSE';

  constructor(
    private readonly openSeats: OpenSeats,
    private readonly planCourses: PlanCourses,
  ) {}

  onModuleInit(): void {
    this.planCourses.register(this);
  }

  async of(userId: string): Promise<IncludedCourses> {
    const included = (await this.openSeats.of(userId)).map(({ tier }) => tier.courses);
    return included.includes('ALL') ? 'ALL' : included.flat();
  }
}
