import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import type { LicenseAction, LicenseRow } from '../licenses/license-states.js';
import { MoveLicense } from '../licenses/move-license.js';
import { SeatsRepository } from './seats.repository.js';

/**
 * Everything that changes seats contends on their licence's row first, then on theirs: so one is done after the other, and nobody who holds a
 * seat's row waits for a licence.
 */
@Injectable()
export class LockSeats {
  constructor(
    private readonly moveLicense: MoveLicense,
    private readonly seats: SeatsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * In a transaction. An offer counts until its time is over, whether or not the sweep has seen it.
   * @throws not found; LicensingProblems.notNow
   */
  async execute(licenseId: string, action?: LicenseAction): Promise<LicenseRow> {
    const license = await this.moveLicense.lock(licenseId, action);
    const lapsed = await this.seats.end({ licenseId, status: 'INVITED', invitedUntil: { lte: this.clock.now() } });
    if (lapsed > 0) await this.seats.giveBack(licenseId, lapsed);
    return license;
  }
}
