import { Injectable } from '@nestjs/common';
import { LicenseExpiring, SeatOffered } from '../licensing/index.js';
import { Database } from '../platform/database/index.js';
import { AfterCommit } from '../platform/events/index.js';
import { RecordEmails } from './emails/record-emails.js';

/** What those hear who have licences, or are offered a seat of one. */
@Injectable()
export class TellOrganizations {
  constructor(
    private readonly recordEmails: RecordEmails,
    private readonly database: Database,
  ) {}

  @AfterCommit(SeatOffered, 'notifications.seat-offered')
  async onSeatOffered({ seatId }: SeatOffered): Promise<void> {
    await this.recordEmails.execute({ letter: 'seat-offered', objectId: seatId, recipients: [seatId] });
  }

  @AfterCommit(LicenseExpiring, 'notifications.license-expiring')
  async onLicenseExpiring({ licenseId, expiresAt, days }: LicenseExpiring): Promise<void> {
    const admins = await this.database.client.organizationAdmin.findMany({
      where: { organization: { licenses: { some: { id: licenseId } } } },
      select: { userId: true },
    });
    await this.recordEmails.execute({
      letter: 'license-expiring',
      objectId: licenseId,
      once: `${licenseId}:${expiresAt}:${days}`,
      recipients: admins.map(({ userId }) => userId),
    });
  }
}
