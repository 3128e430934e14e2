import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { WriteBundleDto } from './bundles.dto.js';
import { BundleProblems } from './bundles.problems.js';
import { CheckBundle } from './check-bundle.js';

interface OwnBundle {
  ownerId: string;
  price: bigint;
  currency: string;
  archivedAt: Date | null;
}

/** Makes and changes bundles. What they are now is for new payment sessions; those already begun keep their courses and price. */
@Injectable()
export class WriteBundle {
  constructor(
    private readonly database: Database,
    private readonly checkBundle: CheckBundle,
    private readonly clock: Clock,
  ) {}

  /** @returns the bundle's id */
  @Transactional()
  async create(body: WriteBundleDto, principal: Principal): Promise<string> {
    await this.checkBundle.execute(body, principal);
    const id = newId('bundle');
    const now = this.clock.now();
    await this.database.client.bundle.create({
      data: { id, ownerId: principal.userId, ...saidOf(body), createdAt: now, updatedAt: now },
    });
    await this.fill(id, body);
    return id;
  }

  /** @throws not found for somebody else's; BundleProblems.archived */
  @Transactional()
  async replace(id: string, body: WriteBundleDto, principal: Principal): Promise<void> {
    const { price, currency, archivedAt } = await this.lockOwn(id, principal);
    if (archivedAt) throw new DomainError(BundleProblems.archived);
    const others = await this.database.client.bundlePrice.findMany({ where: { bundleId: id } });
    await this.checkBundle.execute(body, principal, [...others, { currency, amount: price }]);
    await this.database.client.bundle.update({
      where: { id },
      data: { ...saidOf(body), updatedAt: this.clock.now() },
    });
    await this.database.client.bundleCourse.deleteMany({ where: { bundleId: id } });
    await this.database.client.bundlePrice.deleteMany({ where: { bundleId: id } });
    await this.fill(id, body);
  }

  /** Again is harmless. @throws not found for somebody else's */
  @Transactional()
  async archive(id: string, principal: Principal): Promise<void> {
    const { archivedAt } = await this.lockOwn(id, principal);
    if (archivedAt) return;
    const now = this.clock.now();
    await this.database.client.bundle.update({ where: { id }, data: { archivedAt: now, updatedAt: now } });
  }

  /** Every change of a bundle contends on its row. */
  private async lockOwn(id: string, principal: Principal): Promise<OwnBundle> {
    const bundle = await this.database.row<OwnBundle>(Prisma.sql`
      SELECT owner_id AS "ownerId", price, currency, archived_at AS "archivedAt" FROM bundles WHERE id = ${id} FOR UPDATE`);
    if (!bundle || !mayActFor(principal, bundle.ownerId)) throw notFound('Bundle');
    return bundle;
  }

  private async fill(bundleId: string, { courseIds, prices = [] }: WriteBundleDto): Promise<void> {
    await this.database.client.bundleCourse.createMany({
      data: courseIds.map((courseId, index) => ({ bundleId, courseId, position: index + 1 })),
    });
    if (prices.length === 0) return;
    await this.database.client.bundlePrice.createMany({
      data: prices.map(({ currency, amount }) => ({ bundleId, currency, amount })),
    });
  }
}

function saidOf({ kind = 'BUNDLE', title, description = '', price, currency }: WriteBundleDto) {
  return { kind, title, description, price, currency };
}
