import { Injectable } from '@nestjs/common';
import { Database, literal, type Prisma } from '../../../platform/database/index.js';
import { notFound } from '../../../platform/errors/index.js';
import { type Page, toPage, window } from '../../../platform/http/index.js';
import type { InboxEventDetailDto, InboxEventDto, InboxQuery } from './inbox.dto.js';

/** No body: it is long, and it is about people. */
const columns = {
  id: true,
  provider: true,
  externalId: true,
  type: true,
  status: true,
  attempts: true,
  lastError: true,
  receivedAt: true,
  processedAt: true,
} as const satisfies Prisma.ProviderEventSelect;

/** The inbox, newest first. */
@Injectable()
export class ReadInbox {
  constructor(private readonly database: Database) {}

  async list(query: InboxQuery): Promise<Page<InboxEventDto>> {
    const { provider, status, externalId, type, from, to } = query;
    const where: Prisma.ProviderEventWhereInput = {
      provider,
      status,
      externalId,
      type: type?.endsWith('*') ? { startsWith: literal(type.slice(0, -1)) } : type,
      receivedAt: { gte: from && new Date(from), lt: to && new Date(to) },
    };
    const [events, total] = await Promise.all([
      this.database.client.providerEvent.findMany({
        where,
        select: columns,
        orderBy: { id: 'desc' },
        ...window(query),
      }),
      this.database.client.providerEvent.count({ where }),
    ]);
    return toPage(events, total, query);
  }

  /** @throws not found */
  async one(id: string): Promise<InboxEventDetailDto> {
    const event = await this.database.client.providerEvent.findUnique({
      where: { id },
      select: { ...columns, body: true },
    });
    if (!event) throw notFound('Webhook event');
    return { ...event, body: event.body === null ? null : parsed(event.body) };
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
