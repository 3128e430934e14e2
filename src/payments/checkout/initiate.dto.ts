import { IntersectionType, OmitType } from '@nestjs/swagger';
import { PaymentSessionStatus } from '../../platform/database/index.js';
import { Choice, IdOf, Text, WebAddress } from '../../platform/http/index.js';
import { PurchaseDto, WayToPayDto } from './sessions.dto.js';

/** The ways to pay that a provider outside is called for, in the words of the clients of this route. */
export const Gateway = { stripe: 'stripe', mpesa: 'mpesa', paymob: 'paymob' } as const;
export type Gateway = (typeof Gateway)[keyof typeof Gateway];

class InitiateTermsDto extends IntersectionType(PurchaseDto, OmitType(WayToPayDto, ['provider', 'phone'])) {}

export class InitiatePaymentDto extends InitiateTermsDto {
  @Choice(Gateway, { description: 'Way to pay' })
  provider: Gateway;

  @Text({
    description:
      '`mpesa`: the phone to ring, a Kenyan mobile number in any common form. The others take the address of the account, whatever is said here',
    optional: true,
    max: 254,
  })
  phoneOrEmail?: string;
}

export class InitiateFinancePaymentDto extends InitiateTermsDto {
  @Choice(Gateway, { description: 'Way to pay; `paymob` unless told otherwise', optional: true })
  provider?: Gateway;

  @Text({ description: 'The phone to ring, for `mpesa`', optional: true, max: 30 })
  phone?: string;
}

export class InitiatedPaymentDto {
  @IdOf('paymentSession', { description: 'The payment session: `GET /payments/sessions/:id` tells how it goes on' })
  sessionId: string;

  @WebAddress({
    description: 'Send the buyer here; null when their phone rings, or nothing is to be paid',
    nullable: true,
  })
  paymentUrl: string | null;

  @Choice(PaymentSessionStatus, { description: 'Where it stands' })
  status: PaymentSessionStatus;
}
