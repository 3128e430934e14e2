import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { defineProblem, DomainError } from '../../platform/errors/index.js';

export const PeriodProblems = {
  notOver: defineProblem({
    code: 'PERIOD_NOT_OVER',
    status: 400,
    title: 'A month can be closed once it is over, in UTC',
  }),
} as const;

/** Closes a month of the books for good: it takes no more postings. */
@Injectable()
export class ClosePeriod {
  constructor(
    private readonly database: Database,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * @param month `YYYY-MM`
   * @returns since when it is closed; closing it again changes nothing
   * @throws PeriodProblems.notOver
   */
  @Transactional()
  async execute(month: string, actorId: string): Promise<Date> {
    const now = this.clock.now();
    const [year = 0, number = 0] = month.split('-').map(Number);
    if (Date.UTC(year, number, 1) > now.getTime()) throw new DomainError(PeriodProblems.notOver);
    const closed = await this.database.row<{ at: Date }>(
      Prisma.sql`SELECT ledger_close_period(${`${month}-01`}::date, ${now}) AS at`,
    );
    if (!closed) throw new Error('ledger_close_period answered nothing');
    if (closed.at.getTime() === now.getTime()) await this.record(month, actorId);
    return closed.at;
  }

  /** Two that close in one millisecond both find their own time: the second, which has waited for the month's row, finds the first's record. */
  private async record(month: string, actorId: string): Promise<void> {
    const deed = { action: 'ledger.period-closed', objectType: 'ledger-period', objectId: month };
    if (await this.database.client.auditRecord.findFirst({ where: deed, select: { id: true } })) return;
    await this.audit.execute({ ...deed, actorId });
  }
}
