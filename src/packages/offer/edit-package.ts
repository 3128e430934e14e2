import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { LockOffer } from './lock-offer.js';
import type { EditPackageDto, PackageDto } from './packages.dto.js';
import { ShowPackage, shownWithPackage } from './show-package.js';

/** Changes what is offered from now on. What was bought keeps its terms; a payment session keeps its price. */
@Injectable()
export class EditPackage {
  constructor(
    private readonly database: Database,
    private readonly lockOffer: LockOffer,
    private readonly clock: Clock,
    private readonly showPackage: ShowPackage,
  ) {}

  /** @throws not found */
  @Transactional()
  async execute(id: string, changes: EditPackageDto, principal: Principal): Promise<PackageDto> {
    await this.lockOffer.execute(id, principal);
    const changed = await this.database.client.classPackage.update({
      where: { id },
      data: { ...changes, updatedAt: this.clock.now() },
      include: shownWithPackage,
    });
    return this.showPackage.execute(changed);
  }
}
