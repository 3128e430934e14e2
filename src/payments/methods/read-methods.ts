import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';
import { type Page, type PageQuery, toPage, window } from '../../platform/http/index.js';
import type { SavedMethodDto } from './methods.dto.js';
import type { MethodRow } from './own-methods.js';
import { ResolveSetups } from './resolve-setups.js';

/** A person's saved ways to pay: the default first, then the newest. */
@Injectable()
export class ReadMethods {
  constructor(
    private readonly database: Database,
    private readonly resolveSetups: ResolveSetups,
  ) {}

  /** A setup that is under way is first reconciled with the provider, so the page that the person returns to need not wait. */
  async execute(query: PageQuery, { userId }: Principal): Promise<Page<SavedMethodDto>> {
    await this.resolveSetups.ofUser(userId);
    const where = { userId, removedAt: null };
    const [methods, total] = await Promise.all([
      this.database.client.paymentMethod.findMany({
        where,
        orderBy: [{ isDefault: 'desc' }, { id: 'desc' }],
        ...window(query),
      }),
      this.database.client.paymentMethod.count({ where }),
    ]);
    return toPage(methods.map(toMethod), total, query);
  }
}

export function toMethod(method: MethodRow): SavedMethodDto {
  const { id, provider, type, brand, last4, expMonth, expYear, isDefault, createdAt } = method;
  return { id, provider, type, brand, last4, expMonth, expYear, isDefault, createdAt };
}
