import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';

/** Two people by the key of their friendship. */
export interface Pair {
  readonly lowId: string;
  readonly highId: string;
}

/**
 * Everything that changes friendships contends on the rows of both people, in the order of their ids, so that a friendship changes one step
 * at a time and nobody's number of them is exceeded. Which of two ids is the lower is the database's to say.
 */
@Injectable()
export class LockPair {
  constructor(private readonly database: Database) {}

  /** @throws not found unless both are there, and are two */
  async execute(one: string, other: string): Promise<Pair> {
    const [low, high] = await this.database.rows<{ id: string }>(
      Prisma.sql`SELECT id FROM users WHERE id IN (${one}, ${other}) ORDER BY id FOR NO KEY UPDATE`,
    );
    if (!low || !high) throw notFound('User');
    return { lowId: low.id, highId: high.id };
  }
}
