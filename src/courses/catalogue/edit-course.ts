import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { CourseCapacityChanged } from '../courses.events.js';
import { CourseProblems } from '../courses.problems.js';
import { CheckPrices } from './check-prices.js';
import type { EditCourseDto } from './courses.dto.js';
import { OtherPrices } from './other-prices.js';
import { LockOwnCourse, type OwnCourse } from './own-course.js';

/** Changes what is given. A new price is for new payment sessions; those already begun keep theirs. */
@Injectable()
export class EditCourse {
  constructor(
    private readonly database: Database,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly checkPrices: CheckPrices,
    private readonly otherPrices: OtherPrices,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @throws CourseProblems archived, capacityBelowPlaces, and what prices are refused for; not found for somebody else's */
  @Transactional()
  async execute(id: string, { prices, ...changes }: EditCourseDto, principal: Principal): Promise<void> {
    const course = await this.lockOwnCourse.execute(id, principal);
    const { isPremium, price, currency } = changes;
    if ([isPremium, price, currency, prices].some((given) => given !== undefined)) {
      await this.reprice(course, { isPremium, price, currency, prices });
    }
    await this.database.client.course.update({ where: { id }, data: { ...changes, updatedAt: this.clock.now() } });
    const { capacity = course.capacity } = changes;
    if (capacity !== course.capacity) await this.events.publish(new CourseCapacityChanged(id));
  }

  /** Prices that are not mentioned stay, except that a course which becomes free loses them. */
  private async reprice(
    course: OwnCourse,
    changes: Pick<EditCourseDto, 'isPremium' | 'price' | 'currency' | 'prices'>,
  ): Promise<void> {
    const { isPremium = course.isPremium, price = course.price, currency = course.currency } = changes;
    const others = await this.otherPrices.of(course.id);
    const prices = changes.prices ?? (isPremium ? others : []);
    if (!changes.prices && prices.some((other) => other.currency === currency)) {
      const detail = `The price list has ${currency} already: give prices as they shall be`;
      throw new DomainError(CourseProblems.currencyRepeated, detail, [{ pointer: '#/currency', detail }]);
    }
    const standing = [...others, { currency: course.currency, amount: course.price }];
    this.checkPrices.execute({ isPremium, price, currency, prices }, standing);
    if (prices !== others) await this.otherPrices.replace(course.id, prices);
  }
}
