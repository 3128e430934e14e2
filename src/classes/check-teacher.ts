import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { DomainError } from '../platform/errors/index.js';
import { ClassProblems } from './classes.problems.js';

/** Whether somebody may be put before a class. */
@Injectable()
export class CheckTeacher {
  constructor(private readonly database: Database) {}

  /** @throws ClassProblems.unknownTeacher for anybody without the role INSTRUCTOR */
  async execute(id: string): Promise<void> {
    const where = { id, roles: { has: 'INSTRUCTOR' } } as const;
    const found = await this.database.client.user.findFirst({ where, select: { id: true } });
    if (!found) throw new DomainError(ClassProblems.unknownTeacher);
  }
}
