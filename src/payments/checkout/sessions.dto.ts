import { IntersectionType, PickType } from '@nestjs/swagger';
import { PaymentProvider, PaymentSessionStatus, SaleSource } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Decimal,
  Flag,
  IdOf,
  Moment,
  Nested,
  Text,
  TextMap,
  WebAddress,
} from '../../platform/http/index.js';

/** How to pay, whatever is bought. */
export class WayToPayDto {
  @Choice(PaymentProvider, {
    description: 'Way to pay: one of those offered; `STRIPE` unless told otherwise',
    optional: true,
  })
  provider?: PaymentProvider;

  @Text({
    description: 'The phone to ring, for `MPESA`: a Kenyan mobile number in any common form, such as 0712 345 678',
    optional: true,
    max: 30,
  })
  phone?: string;

  @WebAddress({
    description:
      "Where the buyer returns after paying; `{CHECKOUT_SESSION_ID}` in it becomes the provider's id. On a known frontend.",
    optional: true,
  })
  returnUrl?: string;

  @WebAddress({ description: 'Where the buyer returns after giving up. On a known frontend.', optional: true })
  cancelUrl?: string;

  @TextMap({ description: 'Anything you want to find again: at most 20 keys', optional: true })
  metadata?: Record<string, string>;
}

/** What to buy and by what terms it is priced. */
export class PurchaseDto {
  @IdOf('course', { description: 'The course to buy', optional: true })
  courseId?: string;

  @IdOf('classPackage', { description: 'Or the package of class sessions to buy', optional: true })
  packageId?: string;

  @IdOf('bundle', { description: 'Or the bundle of courses, or the learning path', optional: true })
  bundleId?: string;

  @IdOf('license', {
    description:
      'Or the licence of an organization of yours, whose term is to be paid. 409 besides: `NOTHING_TO_PAY`, `NOT_IN_THIS_STATUS`, `SEATS_IN_USE`',
    optional: true,
  })
  licenseId?: string;

  @Text({ description: 'A coupon, in any case. One that does not hold refuses the purchase', optional: true, max: 40 })
  couponCode?: string;

  @Choice(SaleSource, {
    description: 'How the buyer came to it. Unless told, `PROMOTION` with a coupon, else `DIRECT`',
    optional: true,
  })
  source?: SaleSource;

  @Currency({
    description:
      'The one to pay in, of those that it is sold in; unless told, the one that `provider` takes if it takes no other, else its default',
    optional: true,
  })
  currency?: string;

  @Text({
    description: 'Where the buyer is, ISO 3166-1 alpha-2: decides tax until a provider has given better evidence',
    optional: true,
    pattern: /^[A-Za-z]{2}$/,
    wanted: 'a country in two letters, such as DE',
  })
  country?: string;

  @Text({
    description: 'State or province within `country`, such as `QC`',
    optional: true,
    pattern: /^[A-Za-z0-9]{1,3}$/,
    wanted: 'one to three letters or digits, such as QC',
  })
  region?: string;
}

export class CreateSessionDto extends IntersectionType(PurchaseDto, WayToPayDto) {}

export class ProcessPaymentDto extends IntersectionType(PurchaseDto, PickType(WayToPayDto, ['metadata'])) {
  @WebAddress({
    description:
      'Where the buyer returns from the bank; `{CHECKOUT_SESSION_ID}` in it becomes our session id. On a known frontend.',
    optional: true,
  })
  returnUrl?: string;

  @IdOf('paymentMethod', { description: 'The saved method to charge; your default one unless told', optional: true })
  paymentMethodId?: string;
}

export class EditSessionDto {
  @TextMap({ description: 'Keys to add or to write over: a session keeps at most 20' })
  metadata: Record<string, string>;
}

export class ItemDto {
  @Text({ description: 'What kind of thing, such as `course`' })
  kind: string;

  @Text({ description: 'Its id' })
  id: string;

  @Text({ description: 'Its title when the session was created' })
  title: string;
}

export class PaymentSessionDto {
  @IdOf('paymentSession', { description: 'Id' })
  id: string;

  @Choice(PaymentSessionStatus, { description: 'Where it stands' })
  status: PaymentSessionStatus;

  @Nested(() => ItemDto, { description: 'What is bought' })
  item: ItemDto;

  @Amount({ description: 'List price, minor units' })
  amount: number;

  @Text({ description: 'The coupon that was applied', nullable: true })
  couponCode: string | null;

  @Choice(SaleSource, { description: 'How the buyer came to it' })
  source: SaleSource;

  @Amount({ description: 'Taken off by the coupon, minor units' })
  discountAmount: number;

  @Amount({ description: 'Tax, minor units' })
  taxAmount: number;

  @Decimal({ description: 'Rate of the tax, per cent of the net amount, with up to four decimals', example: 19 })
  taxRate: number;

  @Text({
    description: 'Country that the tax is owed in, ISO 3166-1 alpha-2; null when it is not known',
    nullable: true,
  })
  taxCountry: string | null;

  @Text({ description: 'State or province in it, when the rate is its own', nullable: true })
  taxRegion: string | null;

  @Amount({ description: 'What the provider charges, minor units; always computed by the server' })
  finalAmount: number;

  @Currency({ description: 'Currency of all amounts' })
  currency: string;

  @Choice(PaymentProvider, { description: 'Way to pay' })
  provider: PaymentProvider;

  @IdOf('payment', { description: 'The latest attempt' })
  paymentId: string;

  @Text({ description: "The provider's id, such as a Stripe Checkout session's", nullable: true })
  providerReference: string | null;

  @WebAddress({ description: 'Where the buyer pays, while there is something to pay', nullable: true })
  redirectUrl: string | null;

  @Text({
    description: "Why it ended without what was bought: `ALREADY_ENROLLED`, `AMOUNT_MISMATCH`, or the provider's code",
    nullable: true,
  })
  failureReason: string | null;

  @Text({ description: 'The same for the buyer to read', nullable: true })
  failureMessage: string | null;

  @TextMap({ description: 'As given' })
  metadata: Record<string, string>;

  @Moment({ description: 'Created' })
  createdAt: Date;

  @Moment({ description: 'Ends unpaid at' })
  expiresAt: Date;

  @Moment({ description: 'Paid and given at', nullable: true })
  completedAt: Date | null;
}

export class CreatedSessionDto {
  @Flag({ description: 'Always true' })
  success: true;

  @Nested(() => PaymentSessionDto, { description: 'The session' })
  session: PaymentSessionDto;

  @WebAddress({
    description: 'Send the buyer here; null when there is nowhere to go: it is paid already, or their phone rings',
    nullable: true,
  })
  redirectUrl: string | null;
}

/** What anyone who knows the provider's id may learn; the owner also gets `session`. */
export class SessionLookupDto {
  @IdOf('paymentSession', { description: 'Id' })
  id: string;

  @Choice(PaymentSessionStatus, { description: 'Where it stands' })
  status: PaymentSessionStatus;

  @Nested(() => PaymentSessionDto, { description: 'The whole session; only for its owner and admins', optional: true })
  session?: PaymentSessionDto;
}
