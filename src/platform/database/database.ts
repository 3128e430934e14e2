import { Injectable } from '@nestjs/common';
import { TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterPrisma } from '@nestjs-cls/transactional-adapter-prisma';
import type { Prisma } from './generated/client.js';
import type { PrismaService } from './prisma.service.js';

/** The way to the database: the ambient transaction's client inside one, the shared client outside. */
@Injectable()
export class Database {
  constructor(private readonly host: TransactionHost<TransactionalAdapterPrisma<PrismaService>>) {}

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

  /** Runs a statement; answers how many rows it changed. */
  execute(query: Prisma.Sql): Promise<number> {
    return this.client.$executeRaw(query);
  }
}
