import { Injectable } from '@nestjs/common';
import { CheckPrices, type Price } from '../../courses/index.js';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, type FieldError, Problems, type ProblemType } from '../../platform/errors/index.js';
import type { WriteBundleDto } from './bundles.dto.js';
import { BundleProblems } from './bundles.problems.js';

interface Flaw extends FieldError {
  readonly problem: ProblemType;
}

/** Judges a bundle as a whole and reports every flaw, each where it stands in the request. */
@Injectable()
export class CheckBundle {
  constructor(
    private readonly database: Database,
    private readonly checkPrices: CheckPrices,
  ) {}

  /**
   * @param standing prices that are not judged again, as the settings may have changed since
   * @throws the first flaw's problem (BundleProblems, forbidden, CourseProblems about prices), with all flaws in its errors
   */
  async execute(bundle: WriteBundleDto, principal: Principal, standing: readonly Price[] = []): Promise<void> {
    const { price, currency, prices = [] } = bundle;
    const flaws: Flaw[] = [
      ...(await this.ofCourses(bundle, principal)),
      ...this.checkPrices.flaws({ isPremium: true, price, currency, prices }, standing),
    ];
    const [first] = flaws;
    if (!first) return;
    throw new DomainError(
      first.problem,
      first.detail,
      flaws.map(({ pointer, detail }) => ({ pointer, detail })),
    );
  }

  private async ofCourses({ courseIds }: WriteBundleDto, principal: Principal): Promise<Flaw[]> {
    const sold = await this.database.client.course.findMany({
      where: { id: { in: courseIds }, status: 'PUBLISHED', isPremium: true, admission: 'OPEN' },
      select: { id: true, instructorId: true },
    });
    return courseIds.flatMap((id, index) => {
      const course = sold.find((one) => one.id === id);
      const flaw = (problem: ProblemType, detail: string = problem.title) => [
        { problem, pointer: `#/courseIds/${index}`, detail },
      ];
      if (courseIds.indexOf(id) !== index) return flaw(BundleProblems.repeated);
      if (!course) return flaw(BundleProblems.notSold);
      if (isAdmin(principal) || course.instructorId === principal.userId) return [];
      return flaw(Problems.forbidden, 'Somebody else teaches this course');
    });
  }
}
