import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type CourseOnSale, FindCourseOnSale } from '../courses/index.js';
import {
  type Fulfilment,
  type PaidSession,
  PaymentProblems,
  type Purchasable,
  Purchasables,
  type Quote,
  type SoldItem,
} from '../payments/index.js';
import { accounts } from '../ledger/index.js';
import type { Principal } from '../platform/auth/index.js';
import { Database } from '../platform/database/index.js';
import { DomainError } from '../platform/errors/index.js';
import type { Money } from '../platform/money/index.js';
import { Enroll } from './enroll.js';
import { MoveBoughtPlace } from './move-bought-place.js';

/** Courses as something to buy: what they cost, who shares in it, and how the buyer gets in. */
@Injectable()
export class SellCourse implements Purchasable, OnModuleInit {
  readonly kind = 'course';

  constructor(
    private readonly database: Database,
    private readonly findCourse: FindCourseOnSale,
    private readonly enroll: Enroll,
    private readonly place: MoveBoughtPlace,
    private readonly purchasables: Purchasables,
  ) {}

  onModuleInit(): void {
    this.purchasables.register(this);
  }

  async quote(courseId: string, buyer: Principal, currency?: string): Promise<Quote> {
    const course = await this.findCourse.execute(courseId);
    if (!course.isPremium) throw new DomainError(PaymentProblems.courseIsFree);
    const price = priceIn(course, currency);
    const live = await this.database.client.enrollment.findFirst({
      where: { userId: buyer.userId, courseId, status: { notIn: ['CANCELLED', 'EXPIRED', 'PENDING'] } },
      select: { id: true },
    });
    if (live) throw new DomainError(PaymentProblems.alreadyEnrolled);
    return {
      title: course.title,
      price,
      income: accounts.revenue('courses'),
      isSale: true,
      payees: [{ userId: course.instructorId, shareBasisPoints: course.shareBasisPoints, weight: 1 }],
    };
  }

  async fulfil({ id, userId, itemId, listPrice, discount, paid }: PaidSession): Promise<Fulfilment> {
    const enrollmentId = await this.enroll.execute({
      userId,
      courseId: itemId,
      type: 'PAID',
      listPrice,
      discount,
      paid,
      paymentSessionId: id,
    });
    return enrollmentId ? { fulfilled: true } : { fulfilled: false, reason: PaymentProblems.alreadyEnrolled };
  }

  suspend(sold: SoldItem): Promise<void> {
    return this.place.suspend(sold);
  }

  restore(sold: SoldItem): Promise<void> {
    return this.place.restore(sold);
  }

  revoke(sold: SoldItem): Promise<void> {
    return this.place.revoke(sold);
  }
}

/** @throws PaymentProblems.currencyNotOffered */
function priceIn({ price, prices }: CourseOnSale, currency?: string): Money {
  if (currency === undefined) return price;
  const named = prices.find((one) => one.currency === currency);
  if (named) return named;
  const offered = prices.map((one) => one.currency).join(', ');
  throw new DomainError(PaymentProblems.currencyNotOffered, `Sold in: ${offered}`);
}
