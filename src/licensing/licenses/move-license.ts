import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Prisma } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { Sweeps } from '../../platform/jobs/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { FOLLOW_SEATS } from '../seats/follow-seats.name.js';
import { isAllowed, type LicenseAction, type LicenseRow, statusOf } from './license-states.js';
import { nextLook } from './next-look.js';
import { PaidTerms } from './paid-terms.js';

type Facts = Partial<
  Pick<
    LicenseRow,
    | 'seats'
    | 'expiresAt'
    | 'activatedAt'
    | 'suspendedAt'
    | 'suspendReason'
    | 'disputedBy'
    | 'revokedAt'
    | 'revokeReason'
    | 'noticedDays'
  >
>;

/**
 * The one place where a licence's facts change: its status follows from them, and with it what its seats give. Contends on the licence's row
 * with everything else that changes it, and with who takes a seat.
 */
@Injectable()
export class MoveLicense {
  constructor(
    private readonly database: Database,
    private readonly paidTerms: PaidTerms,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  /**
   * Holds the licence's row until the caller's transaction ends.
   * @throws not found; LicensingProblems.notNow when the action is not allowed as the licence stands
   */
  async lock(id: string, action?: LicenseAction): Promise<LicenseRow> {
    await this.database.execute(Prisma.sql`SELECT FROM licenses WHERE id = ${id} FOR NO KEY UPDATE`);
    const license = await this.database.client.license.findUnique({ where: { id } });
    if (!license) throw notFound('License');
    // Its end is known to the moment, whether or not the sweep has seen it.
    const status = statusOf(license, this.clock.now());
    if (action !== undefined && !isAllowed(action, status))
      throw new DomainError(LicensingProblems.notNow, `The licence is ${status}`);
    return { ...license, status };
  }

  /** @param license as `lock` has answered it, in this transaction */
  async execute(license: LicenseRow, facts: Facts): Promise<LicenseRow> {
    const { id } = license;
    const now = this.clock.now();
    const after = { ...license, ...facts };
    const status = statusOf(after, now);
    const isUnpaid = after.expiresAt === null && status !== 'REVOKED';
    const nextLookAt = isUnpaid ? await this.paidTerms.nextBegins(id) : nextLook(now, { ...after, status });
    const moved = await this.database.client.license.update({
      where: { id },
      data: { ...facts, status, nextLookAt, tries: 0, updatedAt: now },
    });
    await this.follow(id, status === 'ACTIVE');
    return moved;
  }

  /**
   * What the seats give stands or falls with the licence; their holders' courses follow, one by one. Contends on the seats' rows, in the order
   * of their ids, with their holders, who keep all of theirs open while they take a place.
   */
  private async follow(licenseId: string, open: boolean): Promise<void> {
    const moved = await this.database.execute(Prisma.sql`
      WITH held AS (
        SELECT id FROM license_seats WHERE license_id = ${licenseId} AND status = 'ASSIGNED' AND open <> ${open} ORDER BY id FOR NO KEY UPDATE
      )
      UPDATE license_seats s SET open = ${open}, follow_at = ${this.clock.now()}, tries = 0 FROM held WHERE s.id = held.id`);
    if (moved > 0) afterCommit(() => this.sweeps.wake(FOLLOW_SEATS));
  }
}
