import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { CheckPrice } from './check-price.js';
import type { EditCourseDto } from './courses.dto.js';
import { LockOwnCourse } from './own-course.js';

/** Changes what is given. A new price is for new payment sessions; those already begun keep theirs. */
@Injectable()
export class EditCourse {
  constructor(
    private readonly database: Database,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly checkPrice: CheckPrice,
    private readonly clock: Clock,
  ) {}

  @Transactional()
  async execute(id: string, changes: EditCourseDto, principal: Principal): Promise<void> {
    const course = await this.lockOwnCourse.execute(id, principal);
    const { isPremium = course.isPremium, price = course.price, currency = course.currency } = changes;
    const repriced = isPremium !== course.isPremium || BigInt(price) !== course.price || currency !== course.currency;
    // A price that stands is not judged again: the settings may have changed since.
    if (repriced) this.checkPrice.execute({ isPremium, price, currency });
    await this.database.client.course.update({ where: { id }, data: { ...changes, updatedAt: this.clock.now() } });
  }
}
