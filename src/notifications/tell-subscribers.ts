import { Injectable } from '@nestjs/common';
import { AfterCommit } from '../platform/events/index.js';
import {
  SubscriptionChanged,
  SubscriptionChangeScheduled,
  SubscriptionEnded,
  SubscriptionGraceEnded,
  SubscriptionPaid,
  SubscriptionPaymentFailed,
  SubscriptionRecovered,
  SubscriptionRenewed,
  TrialEnding,
} from '../subscriptions/index.js';
import { RecordEmails } from './emails/record-emails.js';
import type { LetterName } from './letters/letters.js';

/** What subscribers hear of their plan and its money. */
@Injectable()
export class TellSubscribers {
  constructor(private readonly recordEmails: RecordEmails) {}

  @AfterCommit(SubscriptionPaid, 'notifications.subscription-receipt')
  async onPaid({ paymentId, userId }: SubscriptionPaid): Promise<void> {
    await this.recordEmails.execute({ letter: 'payment-receipt', objectId: paymentId, recipients: [userId] });
  }

  @AfterCommit(SubscriptionRenewed, 'notifications.subscription-renewed')
  async onRenewed({ paymentId, userId }: SubscriptionRenewed): Promise<void> {
    await this.recordEmails.execute({ letter: 'subscription-renewed', objectId: paymentId, recipients: [userId] });
  }

  @AfterCommit(SubscriptionPaymentFailed, 'notifications.subscription-payment-failed')
  async onPaymentFailed(event: SubscriptionPaymentFailed): Promise<void> {
    await this.tell('subscription-payment-failed', event, `${event.since}:${event.attempts}`);
  }

  @AfterCommit(SubscriptionRecovered, 'notifications.subscription-recovered')
  async onRecovered(event: SubscriptionRecovered): Promise<void> {
    await this.tell('subscription-recovered', event, event.since);
  }

  @AfterCommit(SubscriptionGraceEnded, 'notifications.subscription-grace-ended')
  async onGraceEnded(event: SubscriptionGraceEnded): Promise<void> {
    await this.tell('subscription-grace-ended', event, event.since);
  }

  @AfterCommit(SubscriptionChanged, 'notifications.subscription-changed')
  async onChanged(event: SubscriptionChanged): Promise<void> {
    await this.tell('subscription-changed', event, event.at);
  }

  @AfterCommit(SubscriptionChangeScheduled, 'notifications.subscription-change-scheduled')
  async onChangeScheduled(event: SubscriptionChangeScheduled): Promise<void> {
    await this.tell('subscription-change-scheduled', event, event.at);
  }

  @AfterCommit(SubscriptionEnded, 'notifications.subscription-ended')
  async onEnded(event: SubscriptionEnded): Promise<void> {
    await this.tell('subscription-ended', event, 'once');
  }

  @AfterCommit(TrialEnding, 'notifications.trial-ending')
  async onTrialEnding(event: TrialEnding): Promise<void> {
    await this.tell('trial-ending', event, 'once');
  }

  /** @param when tells this time from others of the same subscription */
  private async tell(
    letter: LetterName,
    { subscriptionId, userId }: { subscriptionId: string; userId: string },
    when: string,
  ): Promise<void> {
    const once = `${subscriptionId}:${when}`;
    await this.recordEmails.execute({ letter, objectId: subscriptionId, once, recipients: [userId] });
  }
}
