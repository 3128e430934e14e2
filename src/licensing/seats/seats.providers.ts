import { mustHold } from '../../ledger/index.js';
import { AcceptSeat } from './accept-seat.js';
import { AddSeat } from './add-seat.js';
import { EndOffers } from './end-offers.js';
import { EndSeat } from './end-seat.js';
import { FollowSeats } from './follow-seats.js';
import { GiveSeatCourses } from './give-seat-courses.js';
import { GiveSeatFeatures } from './give-seat-features.js';
import { GiveSeat } from './give-seat.js';
import { LockSeats } from './lock-seats.js';
import { MoveSeat } from './move-seat.js';
import { OpenSeats } from './open-seats.js';
import { SeatCode } from './seat-code.js';
import { seatRules } from './seat-rules.js';
import { FindTaker } from './seat-taker.js';
import { SeatsRepository } from './seats.repository.js';
import { ShowSeats } from './show-seats.js';

const access = [OpenSeats, GiveSeatCourses, GiveSeatFeatures, FollowSeats];

/** Who has the seats of licences, and what they give. */
export const seats = [
  ...[SeatsRepository, LockSeats, FindTaker, SeatCode, ShowSeats],
  ...[AddSeat, GiveSeat, MoveSeat, EndSeat, AcceptSeat, EndOffers],
  ...access,
  mustHold(seatRules),
];
