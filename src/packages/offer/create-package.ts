import { Injectable } from '@nestjs/common';
import { WorksAt } from '../../identity/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { CreatePackageDto, PackageDto } from './packages.dto.js';
import { ShowPackage, shownWithPackage } from './show-package.js';

/** Offers a number of seats in a class at one price, in the currency that the class has at this moment. */
@Injectable()
export class CreatePackage {
  constructor(
    private readonly database: Database,
    private readonly worksAt: WorksAt,
    private readonly clock: Clock,
    private readonly showPackage: ShowPackage,
  ) {}

  /** @throws not found for the class, also for one at another branch */
  async execute(terms: CreatePackageDto, principal: Principal): Promise<PackageDto> {
    const taught = await this.database.client.class.findFirst({ where: { id: terms.classId, deletedAt: null } });
    if (!taught || !(await this.worksAt.execute(principal, taught.branchId))) throw notFound('Class');
    const now = this.clock.now();
    const made = await this.database.client.classPackage.create({
      data: { ...terms, id: newId('classPackage'), currency: taught.currency, createdAt: now, updatedAt: now },
      include: shownWithPackage,
    });
    return this.showPackage.execute(made);
  }
}
