import { Injectable } from '@nestjs/common';
import { PaymentProblems, RefundPayment } from '../../payments/index.js';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError, later, notFound, Problems, type ProblemType } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { PackageProblems } from '../packages.problems.js';

type Bought = Prisma.StudentPackageGetPayload<object>;

/** A credit that is used or comes back in the same moment changes what is left; then it is looked at once more. */
const TRIES = 4;

/** What a refund of all that was left is told when a credit, or a refund of the payment, was faster. */
const outrun = new Set<ProblemType>([PaymentProblems.usedUp, PaymentProblems.refundTooMuch]);

/**
 * Gives the unused credits of a package back into its owner's wallet, at the price paid for each: a refund of its payment like any other,
 * after which the package is closed.
 */
@Injectable()
export class RefundStudentPackage {
  constructor(
    private readonly refundPayment: RefundPayment,
    private readonly audit: RecordAudit,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns what went into the wallet, minor units
   * @throws PackageProblems.nothingLeft, PaymentProblems.notRefundable
   */
  async execute(id: string, reason: string, admin: Principal): Promise<number> {
    for (let tried = 1; tried <= TRIES; tried += 1) {
      const refunded = await this.refund(id, reason, admin);
      if (refunded !== undefined) return Number(refunded);
    }
    throw later(Problems.busy);
  }

  /** @returns undefined when something had moved meanwhile, and nothing was done */
  private async refund(id: string, reason: string, admin: Principal): Promise<bigint | undefined> {
    const bought = await this.database.client.studentPackage.findUnique({ where: { id } });
    if (!bought) throw notFound('Package');
    if (bought.remainingSessions === 0) {
      const refunded = await this.resumed(admin);
      if (refunded !== undefined) return refunded;
      throw new DomainError(PackageProblems.nothingLeft);
    }
    try {
      return await this.close(bought, reason, admin);
    } catch (error) {
      // Less is left than was read, or more.
      if (error instanceof Changed || (error instanceof DomainError && outrun.has(error.problem))) return undefined;
      throw error;
    }
  }

  /** Contends on the payment and then on the package's row, where everything that was left must be gone in the end. */
  @Transactional()
  private async close(bought: Bought, reason: string, admin: Principal): Promise<bigint> {
    const amount = bought.netLeft + bought.taxLeft;
    if (amount > 0n) await this.giveBack(bought.paymentSessionId, amount, reason, admin);
    else await this.closeForNothing(bought.id);
    const closed = await this.database.client.studentPackage.findUniqueOrThrow({ where: { id: bought.id } });
    if (closed.remainingSessions > 0) throw new Changed();
    await this.audit.execute({
      actorId: admin.userId,
      action: 'package.refunded',
      objectType: 'student-package',
      objectId: bought.id,
      after: {
        credits: closed.refundedSessions - bought.refundedSessions,
        amount: Number(amount),
        currency: bought.currency,
      },
      reason,
    });
    return amount;
  }

  private async giveBack(sessionId: string, amount: bigint, reason: string, admin: Principal): Promise<void> {
    const { id: paymentId } = await this.database.client.payment.findFirstOrThrow({
      where: { sessionId, completedAt: { not: null } },
      select: { id: true },
    });
    await this.refundPayment.execute({ paymentId, amount: Number(amount), reason, destination: 'WALLET' }, admin);
  }

  /** Credits that cost nothing; that they stand for nothing is part of the update. */
  private async closeForNothing(id: string): Promise<void> {
    const closed = await this.database.execute(Prisma.sql`
      UPDATE student_packages SET refunded_sessions = refunded_sessions + remaining_sessions, remaining_sessions = 0, status = 'REFUNDED',
        updated_at = ${this.clock.now()}
      WHERE id = ${id} AND remaining_sessions > 0 AND net_left = 0 AND tax_left = 0`);
    if (closed === 0) throw new Changed();
  }

  /** The same request again, whose first answer was lost. */
  private async resumed({ userId }: Principal): Promise<bigint | undefined> {
    const idempotencyKey = currentIdempotencyKey();
    if (idempotencyKey === undefined) return undefined;
    const refund = await this.database.client.refund.findUnique({
      where: { requestedBy_idempotencyKey: { requestedBy: userId, idempotencyKey } },
      select: { amount: true },
    });
    return refund?.amount;
  }
}

/** What was left of the package is not what was read. */
class Changed extends Error {}
