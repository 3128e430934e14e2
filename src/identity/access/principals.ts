import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';

const REMEMBERED_MS = 5_000;
const REMEMBERED_USERS = 10_000;

/**
 * Who a user id stands for now. Remembered for seconds, so that a role taken away by another process is soon gone; the
 * process that changes a user forgets them at once.
 */
@Injectable()
export class Principals {
  private readonly remembered: LRUCache<string, Promise<Principal | undefined>>;

  constructor(
    private readonly database: Database,
    clock: Clock,
  ) {
    this.remembered = new LRUCache({
      max: REMEMBERED_USERS,
      ttl: REMEMBERED_MS,
      ttlResolution: 0,
      perf: { now: () => clock.now().getTime() },
    });
  }

  async find(userId: string): Promise<Principal | undefined> {
    const known = this.remembered.get(userId);
    if (known) return known;
    // The promise is kept, not its result: a read that was under way when the user changed is forgotten with the rest.
    const reading = this.read(userId);
    this.remembered.set(userId, reading);
    const principal = await reading.catch((error: unknown) => {
      this.forget(userId);
      throw error;
    });
    if (!principal) this.forget(userId);
    return principal;
  }

  forget(userId: string): void {
    this.remembered.delete(userId);
  }

  private async read(userId: string): Promise<Principal | undefined> {
    const user = await this.database.client.user.findUnique({
      where: { id: userId },
      select: { id: true, roles: true, timeZone: true },
    });
    return user ? { userId: user.id, roles: user.roles, timeZone: user.timeZone } : undefined;
  }
}
