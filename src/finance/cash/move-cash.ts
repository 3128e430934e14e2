import { Injectable } from '@nestjs/common';
import { accounts, type AccountRef, credit, debit, LedgerRefusal, PostEntry } from '../../ledger/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock, dayOf } from '../../platform/clock/index.js';
import { type CashMovementKind, Database, type Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money, toJsonAmount } from '../../platform/money/index.js';
import type { CashMovementDto, MoveCashDto } from './cash.dto.js';
import { CashProblems } from './cash.problems.js';
import { cashboxIdOf } from './cashboxes.js';
import { ClosedDays } from './closed-days.js';
import type { CashBranch } from './find-cash-branch.js';
import { LockDrawer } from './lock-drawer.js';

/** What each kind of movement is called in the journal, what is on its other side, and whether it fills the drawer. */
const kinds: Record<CashMovementKind, { entry: string; other: AccountRef; fills: boolean }> = {
  FLOAT: { entry: 'cash.float', other: accounts.bank, fills: true },
  BANKING: { entry: 'cash.banked', other: accounts.bank, fills: false },
  PAY_OUT: { entry: 'cash.paid-out', other: accounts.pettyCash, fills: false },
};

/** Cash comes into a drawer or leaves it, other than for seats. */
@Injectable()
export class MoveCash {
  constructor(
    private readonly database: Database,
    private readonly lockDrawer: LockDrawer,
    private readonly closedDays: ClosedDays,
    private readonly postEntry: PostEntry,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the drawer's account, which is locked first; its floor holds what is in the drawer.
   * @returns the movement; the same for a request that is resumed under its Idempotency-Key
   * @throws CashProblems currencyNotOffered, dayClosed, notInDrawer
   */
  @Transactional()
  async execute(branch: CashBranch, body: MoveCashDto, { userId: actorId }: Principal): Promise<CashMovementDto> {
    const { kind, amount, currency, reason } = body;
    await this.lockDrawer.execute(branch.id, currency);
    const idempotencyKey = currentIdempotencyKey() ?? null;
    const begun = await this.begunBy(actorId, idempotencyKey);
    if (begun) return toMovement(begun);
    const now = this.clock.now();
    const day = dayOf(now, branch.timeZone);
    await this.closedDays.check(branch.id, currency, day);
    const branchId = branch.id;
    const id = newId('cashMovement');
    const movement = await this.database.client.cashMovement.create({
      data: { id, branchId, day, kind, amount, currency, reason, actorId, idempotencyKey, createdAt: now },
    });
    await this.post(movement);
    return toMovement(movement);
  }

  private async post({ id, branchId, kind, amount, currency, actorId, createdAt }: Movement): Promise<void> {
    const { entry, other, fills } = kinds[kind];
    const money = Money.of(amount, currency);
    const drawer = accounts.cash(branchId);
    try {
      await this.postEntry.execute({
        kind: entry,
        reference: `${id}:moved`,
        object: { type: 'cash-movement', id },
        effectiveAt: createdAt,
        actor: actorId,
        legs: fills ? [debit(drawer, money), credit(other, money)] : [debit(other, money), credit(drawer, money)],
      });
    } catch (error) {
      // In words alone: how much is missing would tell staff what the count expects.
      if (error instanceof LedgerRefusal && error.rule === 'insufficient')
        throw new DomainError(CashProblems.notInDrawer);
      throw error;
    }
  }

  private async begunBy(actorId: string, idempotencyKey: string | null): Promise<Movement | null> {
    if (idempotencyKey === null) return null;
    const where = { actorId_idempotencyKey: { actorId, idempotencyKey } };
    return this.database.client.cashMovement.findUnique({ where });
  }
}

type Movement = Prisma.CashMovementGetPayload<object>;

function toMovement({
  id,
  branchId,
  day,
  kind,
  amount,
  currency,
  reason,
  actorId,
  createdAt,
}: Movement): CashMovementDto {
  const cashboxId = cashboxIdOf(branchId);
  return { id, cashboxId, branchId, day, kind, amount: toJsonAmount(amount), currency, reason, actorId, createdAt };
}
