import { Injectable } from '@nestjs/common';
import { Database, type PaymentProvider, Transactional } from '../../platform/database/index.js';
import type { KeptMethod } from '../ports/method-keeper.js';
import type { MethodReport } from '../ports/payment-strategy.js';
import { KeepMethod } from './keep-method.js';
import type { MethodRow } from './own-methods.js';
import { RemoveMethod } from './remove-method.js';
import { ResolveSetups } from './resolve-setups.js';

/** Acts on what a provider says about what it keeps. Any order and any number of the same reports end in the same state. */
@Injectable()
export class ApplyMethodReport {
  constructor(
    private readonly database: Database,
    private readonly keepMethod: KeepMethod,
    private readonly removeMethod: RemoveMethod,
    private readonly resolveSetups: ResolveSetups,
  ) {}

  /** @returns false when the report is about nobody's that we know */
  @Transactional()
  async execute(provider: PaymentProvider, report: MethodReport): Promise<boolean> {
    if (report.change === 'set-up') return this.resolveSetups.ask(report.setupId);
    const { change, customer, method } = report;
    const owner = await this.database.client.providerCustomer.findUnique({
      where: { provider_externalId: { provider, externalId: customer } },
      select: { userId: true },
    });
    if (!owner) return false;
    if (change === 'removed') await this.remove(owner.userId, provider, method);
    else {
      const known = await this.keepMethod.execute(owner.userId, provider, method);
      if (change === 'changed') await this.renew(known, method);
    }
    return true;
  }

  private async remove(userId: string, provider: PaymentProvider, method: KeptMethod): Promise<void> {
    const { externalId } = method;
    const known = await this.database.client.paymentMethod.findUnique({
      where: { provider_externalId: { provider, externalId } },
    });
    if (known) await this.removeMethod.forget(known);
    else await this.keepMethod.removed(userId, provider, method);
  }

  /** A card is only ever replaced by one that expires later, so an older report that comes late changes nothing. */
  private async renew({ id }: MethodRow, { brand, last4, expMonth, expYear }: KeptMethod): Promise<void> {
    if (expYear === null || expMonth === null) return;
    await this.database.client.paymentMethod.updateMany({
      where: { id, OR: [{ expYear: { lt: expYear } }, { expYear, expMonth: { lte: expMonth } }] },
      data: { brand, last4, expMonth, expYear },
    });
  }
}
