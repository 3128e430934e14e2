import { Injectable } from '@nestjs/common';
import { CalculateTax } from '../../payments/index.js';
import type { Prisma } from '../../platform/database/index.js';
import { Money, toJsonAmount } from '../../platform/money/index.js';
import type { PackageDto } from './packages.dto.js';

/** What is read beside a package, to show it. */
export const shownWithPackage = {
  class: { select: { name: true, branch: { select: { country: true, region: true } } } },
} as const satisfies Prisma.ClassPackageInclude;

type FoundPackage = Prisma.ClassPackageGetPayload<{ include: typeof shownWithPackage }>;

/** A package as it is offered at this moment: with the tax of where its class is held, as `SellPackage` quotes it. */
@Injectable()
export class ShowPackage {
  constructor(private readonly calculateTax: CalculateTax) {}

  execute(found: FoundPackage): PackageDto {
    const { id, classId, name, sessionCount, price, currency, isActive, createdAt, updatedAt } = found;
    const { country, region } = found.class.branch;
    const { tax, total } = this.calculateTax.execute({
      amount: Money.of(price, currency),
      country,
      region: region ?? undefined,
    });
    return {
      ...{ id, classId, className: found.class.name, name, sessionCount },
      ...{ price: toJsonAmount(price), tax: toJsonAmount(tax.minor), total: toJsonAmount(total.minor), currency },
      ...{ isActive, createdAt, updatedAt },
    };
  }
}
