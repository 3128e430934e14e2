import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Settings } from '../config/index.js';
import { PrismaClient } from './generated/client.js';

/** The one Prisma client of the process. Features do not inject it: they ask `Database`, which knows the ambient transaction. */
@Injectable()
export class PrismaService extends PrismaClient implements OnModuleInit, OnModuleDestroy {
  constructor(settings: Settings) {
    super({
      adapter: new PrismaPg({ connectionString: settings.DATABASE_URL, max: settings.DATABASE_POOL_SIZE }),
    });
  }

  /** @throws Error that says what to do, before anything stumbles over what is missing */
  async onModuleInit(): Promise<void> {
    const [found] = await this.$queryRaw<
      { migrated: boolean }[]
    >`SELECT to_regclass('outbox_messages') IS NOT NULL AS migrated`;
    if (!found?.migrated) throw new Error('The database has no tables yet: run `npm run migrate` first.');
  }

  async onModuleDestroy(): Promise<void> {
    await this.$disconnect();
  }
}
