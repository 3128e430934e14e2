import { Injectable } from '@nestjs/common';
import { CourseCompleted, PlaceOffered } from '../enrollments/index.js';
import { AfterCommit } from '../platform/events/index.js';
import { SeatCancelled, WaitlistPromoted, WaitlistSkipped } from '../seats/index.js';
import { TokensAwarded } from '../tokens/index.js';
import { RecordEmails } from './emails/record-emails.js';
import type { LetterName } from './letters/letters.js';

/** What is told of a seat that its student did not give up themselves, by why it was lost. */
const lost: Partial<Record<string, LetterName>> = {
  SESSION_CANCELED: 'session-cancelled',
  SESSION_MISSED: 'session-cancelled',
  OVERLAPS: 'session-rescheduled',
};

/** What students hear of their courses, tokens and class sessions, and of what they wait for. */
@Injectable()
export class TellStudents {
  constructor(private readonly recordEmails: RecordEmails) {}

  @AfterCommit(CourseCompleted, 'notifications.course-completed')
  async onCourseCompleted({ enrollmentId, userId }: CourseCompleted): Promise<void> {
    await this.recordEmails.execute({ letter: 'course-completed', objectId: enrollmentId, recipients: [userId] });
  }

  @AfterCommit(TokensAwarded, 'notifications.token-award')
  async onTokensAwarded({ transactionId, userId }: TokensAwarded): Promise<void> {
    await this.recordEmails.execute({ letter: 'token-award', objectId: transactionId, recipients: [userId] });
  }

  @AfterCommit(SeatCancelled, 'notifications.seat-lost')
  async onSeatCancelled({ seatId, studentId, reason }: SeatCancelled): Promise<void> {
    const letter = lost[reason];
    if (letter) await this.recordEmails.execute({ letter, objectId: seatId, recipients: [studentId] });
  }

  @AfterCommit(WaitlistPromoted, 'notifications.waitlist-promoted')
  async onPromoted({ entryId, studentId }: WaitlistPromoted): Promise<void> {
    await this.recordEmails.execute({ letter: 'waitlist-promoted', objectId: entryId, recipients: [studentId] });
  }

  /** Each time: who did not take it may wait again. */
  @AfterCommit(PlaceOffered, 'notifications.course-place-free')
  async onPlaceOffered({ enrollmentId, userId, offeredAt }: PlaceOffered): Promise<void> {
    const once = `${enrollmentId}:${offeredAt}`;
    await this.recordEmails.execute({
      letter: 'course-place-free',
      objectId: enrollmentId,
      once,
      recipients: [userId],
    });
  }

  /** Each time that they are passed over. */
  @AfterCommit(WaitlistSkipped, 'notifications.waitlist-skipped')
  async onSkipped({ entryId, studentId, skippedAt }: WaitlistSkipped): Promise<void> {
    const once = `${entryId}:${skippedAt}`;
    await this.recordEmails.execute({ letter: 'waitlist-skipped', objectId: entryId, once, recipients: [studentId] });
  }
}
