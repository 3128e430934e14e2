import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Settings } from '../config/index.js';
import { PrismaClient } from './generated/client.js';

/** The one Prisma client of the process. Features do not inject it: they ask `Database`, which knows the ambient transaction. */
@Injectable()
export class PrismaService extends PrismaClient implements OnModuleDestroy {
  constructor(settings: Settings) {
    super({
      adapter: new PrismaPg({ connectionString: settings.DATABASE_URL, max: settings.DATABASE_POOL_SIZE }),
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.$disconnect();
  }
}
