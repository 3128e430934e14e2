import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { containing, Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import type { PackageDto, PackagesQuery } from './packages.dto.js';
import { ShowPackage, shownWithPackage } from './show-package.js';

@Injectable()
export class ReadPackages {
  constructor(
    private readonly database: Database,
    private readonly showPackage: ShowPackage,
  ) {}

  /** Newest first: all for an admin, for staff those of classes at their branches. */
  async list(query: PackagesQuery, principal: Principal): Promise<Page<PackageDto>> {
    const { classId, centerId, isActive, search } = query;
    const where: Prisma.ClassPackageWhereInput = {
      classId,
      isActive,
      class: { ...scopeOf(principal), ...(centerId !== undefined && { branch: { ...branchOf(principal), centerId } }) },
      name: containing(search),
    };
    const [packages, total] = await Promise.all([
      this.database.client.classPackage.findMany({
        ...{ where, include: shownWithPackage, relationLoadStrategy: 'join', orderBy: { id: 'desc' } },
        ...window(query),
      }),
      this.database.client.classPackage.count({ where }),
    ]);
    return toPage(
      packages.map((one) => this.showPackage.execute(one)),
      total,
      query,
    );
  }

  /** @throws not found, also for what the caller does not manage */
  async one(id: string, principal: Principal): Promise<PackageDto> {
    const found = await this.database.client.classPackage.findFirst({
      where: { id, class: scopeOf(principal) },
      include: shownWithPackage,
      relationLoadStrategy: 'join',
    });
    if (!found) throw notFound('Package');
    return this.showPackage.execute(found);
  }

  /** What can be bought for a class, oldest first. @throws not found for the class */
  async onSale(classId: string): Promise<PackageDto[]> {
    const taught = await this.database.client.class.findFirst({
      where: { id: classId, deletedAt: null },
      select: { id: true },
    });
    if (!taught) throw notFound('Class');
    const packages = await this.database.client.classPackage.findMany({
      where: { classId, isActive: true },
      include: shownWithPackage,
      relationLoadStrategy: 'join',
      orderBy: { id: 'asc' },
    });
    return packages.map((one) => this.showPackage.execute(one));
  }
}

/** Classes that are there, of those that the caller manages. */
function scopeOf(principal: Principal): Prisma.ClassWhereInput {
  return { deletedAt: null, branch: branchOf(principal) };
}

function branchOf(principal: Principal): Prisma.BranchWhereInput {
  return isAdmin(principal) ? {} : { staff: { some: { userId: principal.userId } } };
}
