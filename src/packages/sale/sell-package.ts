import { Injectable, type OnModuleInit } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import {
  type Borne,
  type Fulfilment,
  type PaidSession,
  PaymentProblems,
  type Purchasable,
  Purchasables,
  type Quote,
  type SoldItem,
} from '../../payments/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import { MoveBoughtPackage } from './move-bought-package.js';

/** Packages as something to buy. What is paid is deferred until its credits are used, and taxed where the class is held. */
@Injectable()
export class SellPackage implements Purchasable, OnModuleInit {
  readonly kind = 'package';

  constructor(
    private readonly database: Database,
    private readonly bought: MoveBoughtPackage,
    private readonly purchasables: Purchasables,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.purchasables.register(this);
  }

  async quote(packageId: string, _buyer: Principal, currency?: string): Promise<Quote> {
    const found = await this.find(packageId);
    if (!found) throw notFound('Package');
    if (!found.isActive || found.class.deletedAt) throw new DomainError(PaymentProblems.notOnSale);
    if (currency !== undefined && currency !== found.currency)
      throw new DomainError(PaymentProblems.currencyNotOffered, `Sold in: ${found.currency}`);
    const { country, region } = found.class.branch;
    return {
      title: `${found.class.name}: ${found.name}`,
      price: Money.of(found.price, found.currency),
      income: accounts.deferred('packages'),
      isSale: true,
      place: { country, ...(region && { region }) },
    };
  }

  /**
   * One that went off sale meanwhile is given all the same; not when its class is gone. Contends on the package's row with its removal: it
   * is there until this commits, or was gone before.
   */
  async fulfil({ id, userId, itemId, paid, tax }: PaidSession): Promise<Fulfilment> {
    await this.database.execute(Prisma.sql`SELECT FROM class_packages WHERE id = ${itemId} FOR KEY SHARE`);
    const found = await this.find(itemId);
    if (!found || found.class.deletedAt) return { fulfilled: false, reason: PaymentProblems.notOnSale };
    await this.database.client.studentPackage.create({
      data: {
        id: newId('studentPackage'),
        packageId: found.id,
        classId: found.classId,
        studentId: userId,
        name: found.name,
        paymentSessionId: id,
        sessionCount: found.sessionCount,
        remainingSessions: found.sessionCount,
        paid: paid.minor,
        tax: tax.minor,
        currency: paid.currency,
        netLeft: paid.minor - tax.minor,
        taxLeft: tax.minor,
        createdAt: this.clock.now(),
        updatedAt: this.clock.now(),
      },
    });
    return { fulfilled: true };
  }

  suspend(sold: SoldItem): Promise<void> {
    return this.bought.suspend(sold);
  }

  restore(sold: SoldItem): Promise<void> {
    return this.bought.restore(sold);
  }

  revoke(sold: SoldItem): Promise<void> {
    return this.bought.revoke(sold);
  }

  takeBack(sold: SoldItem, amount: Money): Promise<Borne> {
    return this.bought.takeBack(sold, amount);
  }

  putBack(sold: SoldItem, borne: Borne): Promise<void> {
    return this.bought.putBack(sold, borne);
  }

  private find(id: string) {
    return this.database.client.classPackage.findUnique({
      where: { id },
      include: {
        class: { select: { name: true, deletedAt: true, branch: { select: { country: true, region: true } } } },
      },
      relationLoadStrategy: 'join',
    });
  }
}
