import { Injectable } from '@nestjs/common';
import { PayoutSettled } from '../finance/index.js';
import { AfterCommit } from '../platform/events/index.js';
import { RecordEmails } from './emails/record-emails.js';

/** What instructors hear of their earnings. */
@Injectable()
export class TellInstructors {
  constructor(private readonly recordEmails: RecordEmails) {}

  @AfterCommit(PayoutSettled, 'notifications.payout')
  async onPayoutSettled({ payoutId, payeeId, status }: PayoutSettled): Promise<void> {
    await this.recordEmails.execute({
      letter: status === 'PAID' ? 'payout-paid' : 'payout-failed',
      objectId: payoutId,
      recipients: [payeeId],
    });
  }
}
