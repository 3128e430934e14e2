import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock, dayOf } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import type { CashCountDto, CountCashDto } from './cash.dto.js';
import { CashProblems } from './cash.problems.js';
import { ClosedDays } from './closed-days.js';
import type { CashBranch } from './find-cash-branch.js';
import { LockDrawer } from './lock-drawer.js';
import { type Count, toCount } from './to-count.js';

/** A blind count of a drawer: who counts is told what the books had only after saying what is there. */
@Injectable()
export class CountCash {
  constructor(
    private readonly database: Database,
    private readonly lockDrawer: LockDrawer,
    private readonly closedDays: ClosedDays,
    private readonly postEntry: PostEntry,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the drawer's account, which is locked first: what is expected stays so until the difference is booked and, perhaps, the
   * day closed. A unique index stands behind "closed once".
   *
   * @returns the count; the same for a request that is resumed under its Idempotency-Key
   * @throws CashProblems currencyNotOffered, dayClosed, dayOver
   */
  @Transactional()
  async execute(branch: CashBranch, body: CountCashDto, { userId: countedBy }: Principal): Promise<CashCountDto> {
    const { currency, countedAmount: counted, note, closeDay: closedDay = false } = body;
    const meant = dayOf(this.clock.now(), branch.timeZone);
    const expected = await this.lockDrawer.execute(branch.id, currency);
    const idempotencyKey = currentIdempotencyKey() ?? null;
    const begun = await this.begunBy(countedBy, idempotencyKey);
    if (begun) return toCount(begun);
    const now = this.clock.now();
    const day = dayOf(now, branch.timeZone);
    // It has waited for the lock over midnight: the day that has just begun is not the one to be closed.
    if (closedDay && day !== meant) throw new DomainError(CashProblems.dayOver);
    await this.closedDays.check(branch.id, currency, day);
    const sums = { expected, counted, currency, note };
    const count = await this.database.client.cashCount.create({
      data: {
        id: newId('cashCount'),
        branchId: branch.id,
        day,
        ...sums,
        closedDay,
        countedBy,
        idempotencyKey,
        createdAt: now,
      },
    });
    await this.post(count);
    const shown = toCount(count);
    await this.record(shown);
    return shown;
  }

  /** Books the difference, over and short, so that from now on the books have what was counted. */
  private async post({ id, branchId, expected, counted, currency, countedBy, createdAt }: Count): Promise<void> {
    const difference = Money.of(counted - expected, currency);
    await this.postEntry.execute({
      kind: 'cash.counted',
      reference: `${id}:difference`,
      object: { type: 'cash-count', id },
      effectiveAt: createdAt,
      actor: countedBy,
      legs: [debit(accounts.cash(branchId), difference), credit(accounts.cashOverShort, difference)],
    });
  }

  private async record({ id, cashboxId, countedBy, note, ...count }: CashCountDto): Promise<void> {
    const { day, currency, expected, counted, difference, closedDay } = count;
    await this.audit.execute({
      actorId: countedBy,
      action: closedDay ? 'cash.day-closed' : 'cash.counted',
      objectType: 'cashbox',
      objectId: cashboxId,
      after: { countId: id, day, currency, expected, counted, difference },
      reason: note || undefined,
    });
  }

  private async begunBy(countedBy: string, idempotencyKey: string | null): Promise<Count | null> {
    if (idempotencyKey === null) return null;
    const where = { countedBy_idempotencyKey: { countedBy, idempotencyKey } };
    return this.database.client.cashCount.findUnique({ where });
  }
}
