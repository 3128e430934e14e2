import { Injectable } from '@nestjs/common';
import { PaymentProblems } from '../../payments/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';

export interface BundledCourse {
  readonly id: string;
  readonly title: string;
  readonly instructorId: string;
  readonly shareBasisPoints: number;
  /** What it costs by itself, the default price first. */
  readonly prices: readonly Money[];
}

interface BundleOnSale {
  readonly title: string;
  /** The default price first. */
  readonly prices: readonly Money[];
  /** In order. */
  readonly courses: readonly BundledCourse[];
}

/** What a sale needs to know of a bundle. */
@Injectable()
export class FindBundleOnSale {
  constructor(private readonly database: Database) {}

  /** @throws not found for an archived one; PaymentProblems.notOnSale when a course of it is not sold like that any more */
  async execute(id: string): Promise<BundleOnSale> {
    const bundle = await this.database.client.bundle.findUnique({
      where: { id, archivedAt: null },
      include: {
        prices: { orderBy: { currency: 'asc' } },
        courses: { orderBy: { position: 'asc' }, select: { course: { include: { prices: true } } } },
      },
      relationLoadStrategy: 'join',
    });
    if (!bundle) throw notFound('Bundle');
    const courses = bundle.courses.map(({ course }) => course);
    const closed = courses.find(
      ({ status, isPremium, admission }) => status !== 'PUBLISHED' || !isPremium || admission !== 'OPEN',
    );
    if (closed) throw new DomainError(PaymentProblems.notOnSale, `“${closed.title}” is not sold in bundles any more`);
    return {
      title: bundle.title,
      prices: priceList(bundle),
      courses: courses.map((course) => ({ ...course, prices: priceList(course) })),
    };
  }
}

interface Priced {
  readonly price: bigint;
  readonly currency: string;
  readonly prices: readonly { readonly currency: string; readonly amount: bigint }[];
}

function priceList({ price, currency, prices }: Priced): Money[] {
  return [Money.of(price, currency), ...prices.map((other) => Money.of(other.amount, other.currency))];
}
