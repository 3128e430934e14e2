import { Injectable } from '@nestjs/common';
import { CLS_REQ, ClsService } from 'nestjs-cls';
import { Clock } from '../clock/index.js';
import { Database, type Prisma } from '../database/index.js';
import { newId } from '../ids/index.js';

interface AuditedAction {
  readonly actorId: string;
  /** Past tense, such as `user.roles-changed`. */
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly before?: Prisma.InputJsonValue;
  readonly after?: Prisma.InputJsonValue;
  readonly reason?: string;
}

/** Writes who did what, in the transaction of the deed. The application's role can add records, never change them. */
@Injectable()
export class RecordAudit {
  constructor(
    private readonly database: Database,
    private readonly cls: ClsService,
    private readonly clock: Clock,
  ) {}

  async execute(action: AuditedAction): Promise<void> {
    // None in a command or a job.
    const request = this.cls.isActive() ? this.cls.get<{ ip?: string; id: string } | undefined>(CLS_REQ) : undefined;
    await this.database.client.auditRecord.create({
      data: {
        ...action,
        id: newId('auditRecord'),
        at: this.clock.now(),
        ip: request?.ip,
        requestId: request?.id,
      },
    });
  }
}
