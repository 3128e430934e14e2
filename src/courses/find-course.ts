import { Injectable } from '@nestjs/common';
import { type CourseAdmission, Database } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { Money } from '../platform/money/index.js';

export interface CourseOnSale {
  id: string;
  title: string;
  isPremium: boolean;
  admission: CourseAdmission;
  /** The default price. */
  price: Money;
  /** All prices: the default one first, then the others by currency. */
  prices: Money[];
  instructorId: string;
  shareBasisPoints: number;
}

/** What a sale needs to know of a course. */
@Injectable()
export class FindCourseOnSale {
  constructor(private readonly database: Database) {}

  /** @throws not found unless the course is published */
  async execute(id: string): Promise<CourseOnSale> {
    const course = await this.database.client.course.findFirst({
      where: { id, status: 'PUBLISHED' },
      include: { prices: { orderBy: { currency: 'asc' } } },
      relationLoadStrategy: 'join',
    });
    if (!course) throw notFound('Course');
    const price = Money.of(course.price, course.currency);
    return {
      id: course.id,
      title: course.title,
      isPremium: course.isPremium,
      admission: course.admission,
      price,
      prices: [price, ...course.prices.map(({ currency, amount }) => Money.of(amount, currency))],
      instructorId: course.instructorId,
      shareBasisPoints: course.shareBasisPoints,
    };
  }
}
