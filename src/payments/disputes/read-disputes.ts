import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '../../platform/database/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { DisputeDto, DisputeListQuery } from './disputes.dto.js';

const include = { payment: { select: { userId: true } } } as const;

/** Disputes, the most urgent first: by the time until which evidence may be given. */
@Injectable()
export class ReadDisputes {
  constructor(private readonly database: Database) {}

  async execute(query: DisputeListQuery): Promise<Page<DisputeDto>> {
    const where: Prisma.DisputeWhereInput = {
      status: query.status,
      ...(query.open !== undefined && { closedAt: query.open ? null : { not: null } }),
    };
    const [disputes, total] = await Promise.all([
      this.database.client.dispute.findMany({
        where,
        include,
        orderBy: [{ dueBy: { sort: query.open === false ? 'desc' : 'asc', nulls: 'last' } }, { id: 'desc' }],
        ...window(query),
        relationLoadStrategy: 'join',
      }),
      this.database.client.dispute.count({ where }),
    ]);
    return toPage(disputes.map(toDispute), total, query);
  }
}

function toDispute({ payment, ...dispute }: Prisma.DisputeGetPayload<{ include: typeof include }>): DisputeDto {
  const { id, paymentId, provider, externalId, status, reason, currency, dueBy } = dispute;
  const { openedAt, withdrawnAt, reinstatedAt, closedAt } = dispute;
  const what = { id, paymentId, userId: payment.userId, provider, externalId, status, reason };
  return {
    ...what,
    amount: toJsonAmount(dispute.amount),
    currency,
    dueBy,
    openedAt,
    withdrawnAt,
    reinstatedAt,
    closedAt,
  };
}
