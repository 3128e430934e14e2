import { Injectable } from '@nestjs/common';
import { type EnrollmentType, Prisma } from '../../platform/database/index.js';

/** Premium courses that somebody has without buying them: all, or those with these ids. */
export type IncludedCourses = 'ALL' | readonly string[];

/** Of places that hang on a plan: what gives them. */
export type PlanEnrollmentType = Extract<EnrollmentType, 'SUBSCRIPTION' | 'LICENSE'>;

export const isPlanType = (type: EnrollmentType | null): boolean => type === 'SUBSCRIPTION' || type === 'LICENSE';
/** The same in SQL, of `type`. */
export const hasPlanType = Prisma.sql`type IN ('SUBSCRIPTION', 'LICENSE')`;

/** Something that gives people premium courses for as long as they have it: their plan, a licence that they have a seat of. */
export interface PlanCourseSource {
  /** Of the places that it gives. */
  readonly enrollmentType: PlanEnrollmentType;
  /** In a transaction: it stays so until that ends, or whoever changes it sees what the transaction has done. */
  of(userId: string): Promise<IncludedCourses>;
}

/** What each source gives somebody. */
export type Included = readonly { readonly type: PlanEnrollmentType; readonly courses: IncludedCourses }[];

/** What people have by plan. Features above enrollments give it: any one of them suffices. */
@Injectable()
export class PlanCourses {
  private readonly sources: PlanCourseSource[] = [];

  register(source: PlanCourseSource): void {
    this.sources.push(source);
  }

  /** In a transaction that gives or takes places, before it locks anything else of theirs. */
  async of(userId: string): Promise<Included> {
    const included: Included[number][] = [];
    for (const source of this.sources) included.push({ type: source.enrollmentType, courses: await source.of(userId) });
    return included;
  }
}

export function includes(included: IncludedCourses, courseId: string): boolean {
  return included === 'ALL' || included.includes(courseId);
}

/** By what somebody has a course: by what they have it already, if that still gives it. */
export function giverOf(
  included: Included,
  courseId: string,
  now?: PlanEnrollmentType,
): PlanEnrollmentType | undefined {
  const givers = included.filter(({ courses }) => includes(courses, courseId)).map(({ type }) => type);
  return givers.find((type) => type === now) ?? givers[0];
}
