import { Injectable } from '@nestjs/common';
import { TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterPrisma } from '@nestjs-cls/transactional-adapter-prisma';
import type { Prisma } from './generated/client.js';
import { PrismaService } from './prisma.service.js';

/** The way to the database: the ambient transaction's client inside one, the shared client outside. */
@Injectable()
export class Database {
  constructor(
    private readonly host: TransactionHost<TransactionalAdapterPrisma<PrismaService>>,
    private readonly prisma: PrismaService,
  ) {}

  get client(): Prisma.TransactionClient {
    return this.host.tx;
  }

  /** Rows of a raw query. The type parameter is the caller's word for the shape: keep the SQL beside it. */
  rows<Row>(query: Prisma.Sql): Promise<Row[]> {
    return this.client.$queryRaw<Row[]>(query);
  }

  /** The first row of a raw query, if any. */
  async row<Row>(query: Prisma.Sql): Promise<Row | undefined> {
    return (await this.rows<Row>(query))[0];
  }

  /**
   * Rows of several queries of one snapshot: REPEATABLE READ, READ ONLY, on a connection of its own. For exports, which read long and in
   * pieces; money decisions never do.
   */
  snapshot<T>(work: (client: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.prisma.$transaction(
      async (client) => {
        await client.$executeRaw`SET TRANSACTION READ ONLY`;
        return work(client);
      },
      { isolationLevel: 'RepeatableRead', maxWait: 10_000, timeout: 600_000 },
    );
  }

  /** Runs a statement; answers how many rows it changed. */
  execute(query: Prisma.Sql): Promise<number> {
    return this.client.$executeRaw(query);
  }
}
