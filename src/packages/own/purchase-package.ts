import { Injectable } from '@nestjs/common';
import { CreateSession, ProcessPayment } from '../../payments/index.js';
import type { Principal } from '../../platform/auth/index.js';
import type { PurchasePackageDto } from './student-packages.dto.js';

/** Buys a package: out of the wallet, with a saved method, or on a provider's page. */
@Injectable()
export class PurchasePackage {
  constructor(
    private readonly createSession: CreateSession,
    private readonly processPayment: ProcessPayment,
  ) {}

  /** @returns the payment session's id */
  execute(
    { packageId, paymentMethodId, provider = 'WALLET', ...terms }: PurchasePackageDto,
    principal: Principal,
  ): Promise<string> {
    const purchase = { ...terms, itemKind: 'package', itemId: packageId };
    return paymentMethodId === undefined
      ? this.createSession.execute({ ...purchase, provider }, principal)
      : this.processPayment.execute(purchase, paymentMethodId, principal);
  }
}
