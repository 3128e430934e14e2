import { Module } from '@nestjs/common';
import { ClassesModule } from '../classes/index.js';
import { EnrollmentsModule } from '../enrollments/index.js';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { PackagesModule } from '../packages/index.js';
import { CheckInSeat } from './attendance/check-in-seat.js';
import { DecideSeat } from './attendance/decide-seat.js';
import { MarkNoShow } from './attendance/mark-no-show.js';
import { BookSeat } from './booking/book-seat.js';
import { CancelSeat } from './booking/cancel-seat.js';
import { RegisterCash } from './booking/register-cash.js';
import { PlacesController } from './places.controller.js';
import { CalendarController } from './reading/calendar.controller.js';
import { ReadSeats } from './reading/read-seats.js';
import { ShowCalendar } from './reading/show-calendar.js';
import { SeatsController } from './seats.controller.js';
import { MoveSeat } from './settling/move-seat.js';
import { MoveSeatMoney } from './settling/move-seat-money.js';
import { QueueSettlement } from './settling/queue-settlement.js';
import { Seats } from './settling/seats.js';
import { SettleSeat } from './settling/settle-seat.js';
import { SettleSessions } from './settling/settle-sessions.js';
import { seatRules } from './upkeep/seat-rules.js';
import { EndWaiting } from './waitlist/end-waiting.js';
import { JoinWaitlist } from './waitlist/join-waitlist.js';
import { LeaveWaitlist } from './waitlist/leave-waitlist.js';
import { PromoteEntry } from './waitlist/promote-entry.js';
import { PromoteWaiting } from './waitlist/promote-waiting.js';
import { PromotionsRepository } from './waitlist/promotions.repository.js';
import { QueuePromotion } from './waitlist/queue-promotion.js';
import { waitlistRules } from './waitlist/waitlist-rules.js';
import { WaitlistController } from './waitlist/waitlist.controller.js';

const booking = [BookSeat, RegisterCash, CancelSeat];
const attendance = [CheckInSeat, MarkNoShow, DecideSeat];
const settling = [Seats, MoveSeat, MoveSeatMoney, SettleSeat, SettleSessions, QueueSettlement];
const waitlist = [
  JoinWaitlist,
  LeaveWaitlist,
  QueuePromotion,
  EndWaiting,
  PromotionsRepository,
  PromoteEntry,
  PromoteWaiting,
];
const reading = [ReadSeats, ShowCalendar];

@Module({
  imports: [IdentityModule, LedgerModule, ClassesModule, PackagesModule, EnrollmentsModule],
  controllers: [SeatsController, PlacesController, CalendarController, WaitlistController],
  providers: [
    ...booking,
    ...attendance,
    ...settling,
    ...waitlist,
    ...reading,
    mustHold(seatRules),
    mustHold(waitlistRules),
  ],
})
export class SeatsModule {}
