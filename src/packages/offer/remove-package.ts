import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { EditPackage } from './edit-package.js';
import { LockOffer } from './lock-offer.js';
import type { RemovedPackageDto } from './packages.dto.js';
import { ShowPackage, shownWithPackage } from './show-package.js';

/** Deletes a package that nobody has bought; takes any other off sale, so that what was bought stays explained. */
@Injectable()
export class RemovePackage {
  constructor(
    private readonly database: Database,
    private readonly lockOffer: LockOffer,
    private readonly editPackage: EditPackage,
    private readonly showPackage: ShowPackage,
  ) {}

  /**
   * A sale that is just given holds the package's row, so none comes between the question and the deed. One that began unseen in this
   * moment finds nothing to give when it is paid, and its money goes back.
   *
   * @throws not found
   */
  @Transactional()
  async execute(id: string, principal: Principal): Promise<RemovedPackageDto> {
    await this.lockOffer.execute(id, principal);
    if (await this.sold(id)) {
      const left = await this.editPackage.execute(id, { isActive: false }, principal);
      return { deleted: false, message: 'The package has buyers: it is taken off sale instead', package: left };
    }
    const deleted = await this.database.client.classPackage.delete({ where: { id }, include: shownWithPackage });
    return { deleted: true, message: 'The package is deleted', package: this.showPackage.execute(deleted) };
  }

  /** Bought, or about to be: somebody may be on the provider's page. */
  private async sold(id: string): Promise<boolean> {
    const found = await this.database.row(Prisma.sql`
      SELECT FROM student_packages WHERE package_id = ${id}
      UNION ALL
      SELECT FROM payment_sessions WHERE item_kind = 'package' AND item_id = ${id} AND status IN ('PENDING', 'PROCESSING')
      LIMIT 1`);
    return found !== undefined;
  }
}
