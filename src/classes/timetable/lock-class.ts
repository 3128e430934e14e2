import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import type { Series } from './series.js';

const withBranch = { branch: true } as const satisfies Prisma.ClassInclude;

/** A class with the branch that it is held at. */
export type TaughtClass = Prisma.ClassGetPayload<{ include: typeof withBranch }>;

/** When it meets; undefined for a class of extras only. */
export function seriesOf({ recurrenceRule, startsAt, branch }: TaughtClass): Series | undefined {
  if (recurrenceRule === null || startsAt === null) return undefined;
  return { recurrenceRule, startsAt, timeZone: branch.timeZone };
}

/**
 * Finds a class to work on, and locks it: edits, the generator and whoever adds sessions of its series contend on its row, so that a series
 * is only ever made of one rule. Sessions are locked after their class.
 */
@Injectable()
export class LockClass {
  constructor(private readonly database: Database) {}

  /** @throws not found, also for one that is removed */
  async execute(id: string): Promise<TaughtClass> {
    const found = await this.unlessRemoved(id);
    if (!found) throw notFound('Class');
    return found;
  }

  async unlessRemoved(id: string): Promise<TaughtClass | undefined> {
    await this.database.rows(Prisma.sql`SELECT id FROM classes WHERE id = ${id} FOR NO KEY UPDATE`);
    return this.find(id);
  }

  /** Undefined while somebody else works on it, and for one that is removed. */
  async unlessTaken(id: string): Promise<TaughtClass | undefined> {
    const locked = await this.database.row(
      Prisma.sql`SELECT id FROM classes WHERE id = ${id} FOR NO KEY UPDATE SKIP LOCKED`,
    );
    return locked ? this.find(id) : undefined;
  }

  private async find(id: string): Promise<TaughtClass | undefined> {
    const where = { id, deletedAt: null };
    return (await this.database.client.class.findFirst({ where, include: withBranch })) ?? undefined;
  }
}
