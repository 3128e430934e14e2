import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, inTransaction } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { DueRows, dueRows, leaseOf, Sweep } from '../../platform/jobs/index.js';
import { LicenseExpiring } from '../licensing.events.js';
import { MoveLicense } from './move-license.js';
import { dueNotice } from './next-look.js';
import { PaidTerms } from './paid-terms.js';

const ROWS = { name: 'licenses', dueAt: 'next_look_at' };
const BATCH = 20;
const LEASE_SECONDS = 60;

/** Looks at licences when something is due of itself: at their end they expire, and before it their organizations are told. */
@Injectable()
export class LookAtLicenses {
  private readonly due: DueRows;

  constructor(
    database: Database,
    private readonly moveLicense: MoveLicense,
    private readonly paidTerms: PaidTerms,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {
    this.due = new DueRows(database, clock, { ...ROWS, tries: 'tries', batch: BATCH, again: leaseOf(LEASE_SECONDS) });
  }

  @Sweep('licensing.look', 10_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.due.work(({ id }) => inTransaction(() => this.look(id)));
  }

  /** Contends on the licence's row: what is due is read once it is held, and is due no more when it is let go. */
  private async look(id: string): Promise<void> {
    const license = await this.moveLicense.lock(id);
    if (license.expiresAt === null) {
      // A term begins that the one before it does not lead to.
      const { expiresAt } = await this.paidTerms.standing(id);
      await this.moveLicense.execute(license, { expiresAt, noticedDays: null });
      return;
    }
    const noticedDays = dueNotice(this.clock.now(), license);
    if (noticedDays === undefined) {
      await this.moveLicense.execute(license, {});
      return;
    }
    await this.moveLicense.execute(license, { noticedDays });
    await this.events.publish(new LicenseExpiring(id, license.expiresAt.toISOString(), noticedDays));
  }
}
