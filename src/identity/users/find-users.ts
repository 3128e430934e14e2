import { Injectable } from '@nestjs/common';
import { containing, Database, type Prisma } from '../../platform/database/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import type { UsersQuery } from '../identity.dto.js';
import { publicUser, type PublicUser } from './user.js';

@Injectable()
export class FindUsers {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async execute(query: UsersQuery): Promise<Page<PublicUser>> {
    const where = matching(query);
    const [data, total] = await Promise.all([
      this.database.client.user.findMany({ where, select: publicUser, orderBy: { id: 'desc' }, ...window(query) }),
      this.database.client.user.count({ where }),
    ]);
    return toPage(data, total, query);
  }
}

function matching({ role, search }: UsersQuery): Prisma.UserWhereInput {
  if (search === undefined) return { roles: role && { has: role } };
  const found = containing(search);
  return { roles: role && { has: role }, OR: [{ name: found }, { email: found }] };
}
