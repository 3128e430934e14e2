import { PaymentProvider } from '../../platform/database/index.js';
import { Choice, Flag, IdOf, Moment, Nested, Text, WebAddress, Whole } from '../../platform/http/index.js';

export class AddMethodDto {
  @WebAddress({
    description:
      "Where the person returns after saving; `{CHECKOUT_SESSION_ID}` in it becomes the provider's id. On a known frontend.",
    optional: true,
  })
  returnUrl?: string;

  @WebAddress({ description: 'Where the person returns after giving up. On a known frontend.', optional: true })
  cancelUrl?: string;

  @Text({
    description:
      "Stripe's id of a card that your frontend has set up by Stripe.js, with a SetupIntent that has succeeded",
    optional: true,
    max: 100,
    pattern: /^pm_[A-Za-z0-9_]+$/,
    wanted: "Stripe's id of a payment method, which begins with pm_",
    example: 'pm_1UHm0bHIBYZYyePrzuNIjrRM',
  })
  paymentMethodId?: string;
}

export class SavedMethodDto {
  @IdOf('paymentMethod', { description: 'Id' })
  id: string;

  @Choice(PaymentProvider, { description: 'Who keeps it' })
  provider: PaymentProvider;

  @Text({ description: 'What it is, such as `card`' })
  type: string;

  @Text({ description: 'Brand of the card, such as `visa`', nullable: true })
  brand: string | null;

  @Text({ description: 'The last four digits', nullable: true })
  last4: string | null;

  @Whole({ description: 'Month in which the card expires', nullable: true, min: 1, max: 12 })
  expMonth: number | null;

  @Whole({ description: 'Year in which the card expires', nullable: true })
  expYear: number | null;

  @Flag({ description: 'Used when no method is named. At most one is' })
  isDefault: boolean;

  @Moment({ description: 'Saved' })
  createdAt: Date;
}

export class AddedMethodDto {
  @IdOf('methodSetup', {
    description: 'The setup that was begun; null when the method is saved already',
    nullable: true,
  })
  setupId: string | null;

  @WebAddress({
    description: "Send the person here to type the card in, on the provider's own page; null when there is no need to",
    nullable: true,
  })
  redirectUrl: string | null;

  @Nested(() => SavedMethodDto, { description: 'The method, when it is saved already', nullable: true })
  method: SavedMethodDto | null;
}
