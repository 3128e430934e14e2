import { Injectable } from '@nestjs/common';
import { FollowPlan } from '../../enrollments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { type Due, DueRows, dueRows, pausesOf, Sweep } from '../../platform/jobs/index.js';
import { FOLLOW_SEATS } from './follow-seats.name.js';

const ROWS = { name: 'license_seats', dueAt: 'follow_at' };
const BATCH = 10;
const PAUSE = { first: 5, longest: 3600 };

interface Holder {
  readonly userId: string;
}

/** Brings the courses of who has a seat, or had one, to where it is: one person after another, however many a licence has. */
@Injectable()
export class FollowSeats {
  private readonly due: DueRows<Holder>;

  constructor(
    private readonly database: Database,
    private readonly followPlan: FollowPlan,
    clock: Clock,
  ) {
    this.due = new DueRows(database, clock, {
      ...ROWS,
      tries: 'tries',
      columns: Prisma.sql`user_id AS "userId"`,
      batch: BATCH,
      again: pausesOf('tries', PAUSE.first, PAUSE.longest),
    });
  }

  @Sweep(FOLLOW_SEATS, 1_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.due.work((row) => this.follow(row));
  }

  /** The seat's row is written once the places' locks are gone: who asks for a place holds the seat's first. */
  private async follow(row: Due & Holder): Promise<void> {
    await this.followPlan.execute(row.userId);
    await this.database.execute(
      Prisma.sql`UPDATE license_seats SET follow_at = NULL, tries = 0 WHERE ${this.due.held(row)}`,
    );
  }
}
