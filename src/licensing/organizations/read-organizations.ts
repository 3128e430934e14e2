import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../../platform/http/index.js';
import type { OrganizationDto } from './organizations.dto.js';

const shown = {
  ...{ id: true, name: true, country: true, region: true, createdAt: true, updatedAt: true },
  admins: { select: { userId: true }, orderBy: { createdAt: 'asc' } },
} as const satisfies Prisma.OrganizationSelect;

type Shown = Prisma.OrganizationGetPayload<{ select: typeof shown }>;

/** Organizations: all, for the school's admins; their own, for those of organizations. */
@Injectable()
export class ReadOrganizations {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(query: PageQuery, { userId, roles }: Principal): Promise<Page<OrganizationDto>> {
    const where = roles.includes('ADMIN') ? {} : { admins: { some: { userId } } };
    const [found, total] = await Promise.all([
      this.database.client.organization.findMany({
        where,
        select: shown,
        orderBy: { id: 'desc' },
        ...window(query),
      }),
      this.database.client.organization.count({ where }),
    ]);
    return toPage(await this.named(found), total, query);
  }

  /** @throws not found */
  async one(id: string): Promise<OrganizationDto> {
    const found = await this.database.client.organization.findUnique({ where: { id }, select: shown });
    if (!found) throw notFound('Organization');
    const [organization] = await this.named([found]);
    return organization!;
  }

  private async named(found: readonly Shown[]): Promise<OrganizationDto[]> {
    const ids = found.flatMap(({ admins }) => admins.map(({ userId }) => userId));
    const users = await this.database.client.user.findMany({
      where: { id: { in: ids } },
      select: { id: true, name: true, profilePicture: true },
    });
    const people = new Map(users.map((user) => [user.id, user]));
    return found.map(({ admins, ...organization }) => ({
      ...organization,
      admins: admins.flatMap(({ userId }) => people.get(userId) ?? []),
    }));
  }
}
