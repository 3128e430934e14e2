import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { BundleDto, BundleListQuery } from './bundles.dto.js';

const include = {
  owner: { select: { id: true, name: true } },
  courses: {
    orderBy: { position: 'asc' },
    select: { course: { select: { id: true, title: true, thumbnail: true, price: true, currency: true } } },
  },
  prices: { orderBy: { currency: 'asc' } },
} as const satisfies Prisma.BundleInclude;

/** Bundles for anybody to read. An archived one only its owner and admins see. */
@Injectable()
export class ReadBundles {
  constructor(private readonly database: Database) {}

  /** Those that are not archived, newest first. */
  async list(query: BundleListQuery): Promise<Page<BundleDto>> {
    const where = { archivedAt: null, kind: query.kind };
    const [bundles, total] = await Promise.all([
      this.database.client.bundle.findMany({
        ...{ where, include, relationLoadStrategy: 'join' },
        ...{ orderBy: { id: 'desc' }, ...window(query) },
      }),
      this.database.client.bundle.count({ where }),
    ]);
    return toPage(bundles.map(toBundle), total, query);
  }

  /** @throws not found */
  async one(id: string, principal?: Principal): Promise<BundleDto> {
    const bundle = await this.database.client.bundle.findUnique({
      where: { id },
      include,
      relationLoadStrategy: 'join',
    });
    const visible = bundle && (!bundle.archivedAt || (principal && mayActFor(principal, bundle.ownerId)));
    if (!visible) throw notFound('Bundle');
    return toBundle(bundle);
  }
}

function toBundle(bundle: Prisma.BundleGetPayload<{ include: typeof include }>): BundleDto {
  const { id, kind, title, description, owner, currency, archivedAt, createdAt } = bundle;
  const price = toJsonAmount(bundle.price);
  const others = bundle.prices.map((other) => ({ currency: other.currency, amount: toJsonAmount(other.amount) }));
  return {
    ...{ id, kind, title, description, owner, price, currency, archivedAt, createdAt },
    courses: bundle.courses.map(({ course }) => ({ ...course, price: toJsonAmount(course.price) })),
    prices: [{ currency, amount: price }, ...others],
  };
}
