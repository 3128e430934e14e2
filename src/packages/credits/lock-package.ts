import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';

/** Locks a bought package until the caller's transaction ends: before any seat of it, as booking does. */
@Injectable()
export class LockPackage {
  constructor(private readonly database: Database) {}

  async execute(studentPackageId: string): Promise<void> {
    await this.database.execute(
      Prisma.sql`SELECT 1 FROM student_packages WHERE id = ${studentPackageId} FOR NO KEY UPDATE`,
    );
  }
}
