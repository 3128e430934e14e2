import { Injectable } from '@nestjs/common';
import { containing, Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import type { CenterDto, CentersQuery } from './organization.dto.js';

export const shownCenter = {
  id: true,
  name: true,
  createdAt: true,
  updatedAt: true,
} as const satisfies Prisma.CenterSelect;

@Injectable()
export class ReadCenters {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(query: CentersQuery): Promise<Page<CenterDto>> {
    const where = { deletedAt: null, name: containing(query.search) };
    const [centers, total] = await Promise.all([
      this.database.client.center.findMany({ where, select: shownCenter, orderBy: { id: 'desc' }, ...window(query) }),
      this.database.client.center.count({ where }),
    ]);
    return toPage(centers, total, query);
  }

  /** @throws not found */
  async one(id: string): Promise<CenterDto> {
    const center = await this.database.client.center.findFirst({ where: { id, deletedAt: null }, select: shownCenter });
    if (!center) throw notFound('Center');
    return center;
  }
}
