import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { Database, Prisma } from '../database/index.js';
import { DomainError, later, Problems } from '../errors/index.js';
import { Housekeep } from '../jobs/index.js';

/** Renewed while the request runs; a crashed one's key can be taken over this much later. */
const LEASE_SECONDS = 5;
const WAIT_MS = 5_000;
const KEEP_HOURS = 24;
/** Stands for the body of a request that failed: the next one may have another. */
const RELEASED = '';

export interface KeyedRequest {
  readonly userId: string;
  /** Method and path pattern: one key may be used on two routes. */
  readonly route: string;
  readonly key: string;
  readonly body: unknown;
}

interface StoredAnswer {
  readonly statusCode: number;
  readonly body: Prisma.JsonValue;
}

/** The request is to be served: its key was first claimed then. */
interface Claim {
  readonly since: Date;
}

/** Keeps the first answer to a key, and lets equal requests that arrive meanwhile wait for it. */
@Injectable()
export class IdempotencyKeys {
  private readonly logger = new Logger(IdempotencyKeys.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims the key, or answers what the first request was answered.
   * @throws Problems.keyReused for another body, Problems.keyInFlight when the first is still running after a short wait.
   */
  async claim(request: KeyedRequest): Promise<StoredAnswer | Claim> {
    const deadline = Date.now() + WAIT_MS;
    for (let pause = 25; ; pause = Math.min(pause * 2, 250)) {
      const claim = await this.tryClaim(request);
      if (claim) return claim;
      const row = await this.database.client.idempotencyKey.findUnique({ where: { userId_route_key: where(request) } });
      if (row) {
        if (row.requestHash !== hash(request.body) && row.requestHash !== RELEASED)
          throw new DomainError(Problems.keyReused);
        if (row.statusCode !== null) return { statusCode: row.statusCode, body: row.body };
      }
      if (Date.now() >= deadline) throw later(Problems.keyInFlight);
      await sleep(pause);
    }
  }

  /** Keeps the claim while the request runs; call the answer to let go. */
  hold(request: KeyedRequest): () => void {
    const renew = () =>
      this.database.client.idempotencyKey
        .updateMany({
          where: { ...where(request), statusCode: null },
          data: { leaseUntil: this.clock.in(LEASE_SECONDS) },
        })
        .catch((error: unknown) => this.logger.warn({ err: error }, 'could not renew an idempotency claim'));
    const timer = setInterval(() => void renew(), (LEASE_SECONDS * 1000) / 3);
    return () => clearInterval(timer);
  }

  async complete(request: KeyedRequest, answer: { statusCode: number; body: unknown }): Promise<void> {
    // The first answer stands: a claim that was taken over may end twice.
    await this.database.client.idempotencyKey.updateMany({
      where: { ...where(request), statusCode: null },
      data: { statusCode: answer.statusCode, body: answer.body ?? Prisma.JsonNull },
    });
  }

  /** Forgets what a request that failed on our side was; the next one with the key begins at once, or goes on with what this one had begun. */
  async release(request: KeyedRequest): Promise<void> {
    await this.database.client.idempotencyKey.updateMany({
      where: { ...where(request), statusCode: null },
      data: { requestHash: RELEASED, leaseUntil: new Date(0) },
    });
  }

  /** Contends on the key's row: inserting it, or taking over a claim whose lease a crash let run out, is one statement. */
  private tryClaim(request: KeyedRequest): Promise<Claim | undefined> {
    return this.database.row<Claim>(Prisma.sql`
      INSERT INTO idempotency_keys (user_id, route, key, request_hash, lease_until, created_at)
      VALUES (${request.userId}, ${request.route}, ${request.key}, ${hash(request.body)}, ${this.clock.in(LEASE_SECONDS)}, ${this.clock.now()})
      ON CONFLICT (user_id, route, key) DO UPDATE SET lease_until = excluded.lease_until, request_hash = excluded.request_hash
      WHERE idempotency_keys.status_code IS NULL AND idempotency_keys.lease_until < ${this.clock.now()}
        AND idempotency_keys.request_hash IN (excluded.request_hash, ${RELEASED})
      RETURNING created_at AS since`);
  }

  @Housekeep('idempotency-keys')
  async removeOld(): Promise<number> {
    const { count } = await this.database.client.idempotencyKey.deleteMany({
      where: { createdAt: { lt: this.clock.in(-KEEP_HOURS * 3600) } },
    });
    return count;
  }
}

function where({ userId, route, key }: KeyedRequest) {
  return { userId, route, key };
}

/**
 * What makes two requests of one user the same one. A failure is forgotten, so the key alone may come back with another body; and the key
 * itself after a day, so that it then means another request.
 */
export function identityOf({ route, key, body }: KeyedRequest, { since }: Claim): string {
  return `${route} ${key} ${hash(body)} ${since.toISOString()}`;
}

/** Equal bodies have equal hashes whatever the order of their fields. */
function hash(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(body) ?? null))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
