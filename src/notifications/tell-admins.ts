import { Injectable } from '@nestjs/common';
import { PayoutRequested } from '../finance/index.js';
import { DisputeClosed, DisputeOpened, RefundFailed } from '../payments/index.js';
import { Database } from '../platform/database/index.js';
import { AfterCommit } from '../platform/events/index.js';
import { type EmailsToRecord, RecordEmails } from './emails/record-emails.js';

/** What waits for an admin, or has been decided without one. */
@Injectable()
export class TellAdmins {
  constructor(
    private readonly recordEmails: RecordEmails,
    private readonly database: Database,
  ) {}

  @AfterCommit(RefundFailed, 'notifications.refund-failed-for-admins')
  async onRefundFailed({ refundId }: RefundFailed): Promise<void> {
    await this.tell({ letter: 'refund-failed-for-admins', objectId: refundId });
  }

  @AfterCommit(DisputeOpened, 'notifications.dispute-opened')
  async onDisputeOpened({ disputeId }: DisputeOpened): Promise<void> {
    await this.tell({ letter: 'dispute-opened', objectId: disputeId });
  }

  @AfterCommit(PayoutRequested, 'notifications.payout-waiting')
  async onPayoutRequested({ payoutId }: PayoutRequested): Promise<void> {
    await this.tell({ letter: 'payout-waiting', objectId: payoutId });
  }

  /** Once for each outcome: one that came to nothing may still be lost. */
  @AfterCommit(DisputeClosed, 'notifications.dispute-closed')
  async onDisputeClosed({ disputeId }: DisputeClosed): Promise<void> {
    const { status } = await this.database.client.dispute.findUniqueOrThrow({
      where: { id: disputeId },
      select: { status: true },
    });
    await this.tell({ letter: 'dispute-closed', objectId: disputeId, once: `${disputeId}:${status}` });
  }

  private async tell(email: Omit<EmailsToRecord, 'recipients'>): Promise<void> {
    const admins = await this.database.client.user.findMany({
      where: { roles: { has: 'ADMIN' }, email: { not: null } },
      select: { id: true },
    });
    await this.recordEmails.execute({ ...email, recipients: admins.map(({ id }) => id) });
  }
}
