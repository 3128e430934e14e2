import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { Money } from '../../platform/money/index.js';
import {
  type Disburser,
  Disbursers,
  type DisbursementOrder,
  type NewPayee,
  type Payee,
  type PayeeStanding,
} from '../ports/disburser.js';
import type { ChargeLimits, DisbursementReport } from '../ports/payment-strategy.js';
import { type Disbursement, MpesaDisbursements } from './mpesa-disbursements.js';
import { mpesaPhone } from './mpesa-phone.js';

/** Money to phones: whoever has a number in Kenya can be paid at once. */
@Injectable()
export class MpesaPayouts implements Disburser, OnModuleInit {
  readonly provider = 'MPESA';

  constructor(
    private readonly disbursements: MpesaDisbursements,
    private readonly settings: Settings,
    private readonly disbursers: Disbursers,
  ) {}

  onModuleInit(): void {
    if (this.settings.takesMpesa) this.disbursers.register(this);
  }

  limits(currency: string): ChargeLimits | undefined {
    if (currency !== 'KES') return undefined;
    return { minimum: Money.of(1_000n, currency), maximum: Money.of(25_000_000n, currency), step: 100n };
  }

  open({ phone, known }: NewPayee): Promise<Payee> {
    return Promise.resolve({
      externalId: phone === undefined && known ? known : mpesaPhone(phone),
      ready: true,
      redirectUrl: null,
    });
  }

  look(externalId: string): Promise<PayeeStanding> {
    return Promise.resolve({ externalId, ready: true });
  }

  async send({ disbursementId, payee, amount }: DisbursementOrder): Promise<DisbursementReport> {
    const order = { disbursementId, phone: payee, amount, remarks: 'Earnings' };
    return reportOfDisbursement(disbursementId, await this.disbursements.send(order));
  }
}

export function reportOfDisbursement(
  disbursementId: string,
  { receipt, ...standing }: Disbursement,
): DisbursementReport {
  return { kind: 'disbursement', disbursementId, ...standing, ...(receipt !== undefined && { externalId: receipt }) };
}
