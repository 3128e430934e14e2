import { Injectable } from '@nestjs/common';
import {
  PaymentCompleted,
  PaymentUnapplied,
  RefundFailed,
  RefundSettled,
  SUBSCRIPTION_KIND,
} from '../payments/index.js';
import { AfterCommit } from '../platform/events/index.js';
import { RecordEmails } from './emails/record-emails.js';

/** What buyers hear of their money. */
@Injectable()
export class TellBuyers {
  constructor(private readonly recordEmails: RecordEmails) {}

  @AfterCommit(PaymentCompleted, 'notifications.payment-receipt')
  async onPaymentCompleted({ paymentId, userId, itemKind }: PaymentCompleted): Promise<void> {
    // Subscribers hear of it with what it did to their plan.
    if (itemKind === SUBSCRIPTION_KIND) return;
    await this.recordEmails.execute({ letter: 'payment-receipt', objectId: paymentId, recipients: [userId] });
  }

  @AfterCommit(PaymentUnapplied, 'notifications.payment-unapplied')
  async onPaymentUnapplied({ refundId, userId }: PaymentUnapplied): Promise<void> {
    await this.recordEmails.execute({ letter: 'payment-unapplied', objectId: refundId, recipients: [userId] });
  }

  @AfterCommit(RefundSettled, 'notifications.refund')
  async onRefundSettled({ refundId, userId }: RefundSettled): Promise<void> {
    await this.recordEmails.execute({ letter: 'refund', objectId: refundId, recipients: [userId] });
  }

  @AfterCommit(RefundFailed, 'notifications.refund-failed')
  async onRefundFailed({ refundId, userId, wasTold }: RefundFailed): Promise<void> {
    if (!wasTold) return;
    await this.recordEmails.execute({ letter: 'refund-failed', objectId: refundId, recipients: [userId] });
  }
}
