import { OmitType } from '@nestjs/swagger';
import { WayToPayDto } from '../../payments/index.js';
import { PaymentProvider, StudentPackageStatus } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Flag,
  IdOf,
  Moment,
  Nested,
  PageQuery,
  Text,
  Whole,
} from '../../platform/http/index.js';

const words = {
  status:
    '`ACTIVE` while credits are left, `EXHAUSTED` when every one is used, `REFUNDED` when what was left was given back for money. A credit ' +
    'that comes back makes it `ACTIVE` again',
};

export class StudentPackagesQuery extends PageQuery {
  @IdOf('class', { description: 'Only for this class', optional: true })
  classId?: string;

  @Choice(StudentPackageStatus, { description: words.status, optional: true })
  status?: StudentPackageStatus;
}

class BoughtPackageDto {
  @IdOf('classPackage', { description: 'Id' })
  id: string;

  @Text({ description: 'Name when it was bought' })
  name: string;
}

export class StudentPackageDto {
  @IdOf('studentPackage', { description: 'Id' })
  id: string;

  @Nested(() => BoughtPackageDto, { description: 'What was bought' })
  package: BoughtPackageDto;

  @IdOf('class', { description: 'The class whose sessions it pays for' })
  classId: string;

  @Text({ description: "The class's name" })
  className: string;

  @Choice(StudentPackageStatus, { description: words.status })
  status: StudentPackageStatus;

  @Flag({ description: 'A dispute about its money is open: no credit can be used' })
  suspended: boolean;

  @Whole({ description: 'Credits that were bought' })
  sessionCount: number;

  @Whole({ description: 'Credits that are left' })
  remainingSessions: number;

  @Whole({ description: 'Credits that were given back for money' })
  refundedSessions: number;

  @Amount({ description: 'What was paid for it, with tax, minor units' })
  paid: number;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Moment({ description: 'Bought' })
  createdAt: Date;
}

export class PackageSummaryDto {
  @IdOf('class', { description: 'The class' })
  classId: string;

  @Text({ description: 'Its name' })
  className: string;

  @Whole({ description: 'Packages with credits left' })
  activePackages: number;

  @Whole({ description: 'Credits left, also those that a dispute suspends' })
  creditsLeft: number;

  @Whole({ description: 'Credits bought: the sum of those left, used and refunded' })
  creditsBought: number;

  @Whole({ description: 'Credits that seats were booked with' })
  creditsUsed: number;

  @Whole({ description: 'Credits that were given back for money' })
  creditsRefunded: number;
}

export class PurchasePackageDto extends OmitType(WayToPayDto, ['provider']) {
  @IdOf('classPackage', { description: 'The package to buy' })
  packageId: string;

  @Choice(PaymentProvider, { description: 'Way to pay; `WALLET` unless told otherwise', optional: true })
  provider?: PaymentProvider;

  @IdOf('paymentMethod', { description: 'A saved method to charge instead, whatever `provider` says', optional: true })
  paymentMethodId?: string;

  @Text({ description: 'A coupon, in any case. One that does not hold refuses the purchase', optional: true, max: 40 })
  couponCode?: string;
}

export class RefundStudentPackageDto {
  @Text({ description: 'Why; kept with the refund and told to the student', max: 500 })
  reason: string;
}

export class RefundedStudentPackageDto extends StudentPackageDto {
  @Amount({ description: 'What went into the wallet for its unused credits, minor units' })
  refundedAmount: number;
}
