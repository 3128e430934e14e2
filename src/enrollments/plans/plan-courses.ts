import { Injectable } from '@nestjs/common';

/** Premium courses that somebody has without buying them: all, or those with these ids. */
export type IncludedCourses = 'ALL' | readonly string[];

/** Something that gives people premium courses for as long as they have it: their plan, a licence that they have a seat of. */
export interface PlanCourseSource {
  /** In a transaction: it stays so until that ends, or whoever changes it sees what the transaction has done. */
  of(userId: string): Promise<IncludedCourses>;
}

/** What people have by plan. Features above enrollments give it: any one of them suffices. */
@Injectable()
export class PlanCourses {
  private readonly sources: PlanCourseSource[] = [];

  register(source: PlanCourseSource): void {
    this.sources.push(source);
  }

  /** In a transaction that gives or takes places, before it locks anything else of theirs. */
  async of(userId: string): Promise<IncludedCourses> {
    const ids: string[] = [];
    for (const source of this.sources) {
      const included = await source.of(userId);
      if (included === 'ALL') return 'ALL';
      ids.push(...included);
    }
    return ids;
  }
}

export function includes(included: IncludedCourses, courseId: string): boolean {
  return included === 'ALL' || included.includes(courseId);
}
