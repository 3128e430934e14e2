import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeatRule } from './seat-battery.js';

/*
 * What keeps seats from being sold twice, taken away one thing at a time. A fault in SQL is made of the real source by replacing a text that
 * must be there exactly once, so that a change of the source breaks loudly here.
 */

/** seat_book as it is. */
export const source = readFileSync(join('src', 'seats', 'sql', 'seat_book.sql'), 'utf8');

/** seat_book with these texts replaced. */
function broken(...replacements: [from: string, to: string][]): string {
  return replacements.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`seat_book does not have "${from}" exactly once`);
    return text.replace(from, () => to);
  }, source);
}

const sameSession = `
    AND (start_time, end_time, price, tax) = (session.start_time, session.end_time, session.price, session.tax)`;

/** Each with the rule that must notice it. */
export const inSql: [name: string, statements: string, noticedBy: SeatRule][] = [
  [
    'bookings do not look at the capacity in the end',
    broken([' AND taken < capacity', '']),
    'the last seat is sold once',
  ],
  [
    'bookings do not look at the capacity in the end, and nothing says so',
    `${broken([' AND taken < capacity', ''])} ALTER TABLE class_sessions DROP CONSTRAINT class_sessions_seats`,
    'the last seat is sold once',
  ],
  [
    'the counter has no limits',
    'ALTER TABLE class_sessions DROP CONSTRAINT class_sessions_seats',
    'the counter keeps its limits',
  ],
  ['the counter does not count', broken(['taken = taken + 1', 'taken = taken']), 'the last seat is sold once'],
  ['seats may overlap', 'ALTER TABLE seats DROP CONSTRAINT seats_overlap', 'a student is in one place at a time'],
  [
    'a student may have two seats in a session',
    'DROP INDEX seats_live',
    'a student has one seat in a session, even one that has not followed it',
  ],
  [
    'a seat that has not followed is not seen',
    broken(['session_id = p_session_id OR tstzrange', 'tstzrange']),
    'a student has one seat in a session, even one that has not followed it',
  ],
  [
    'bookings keep the time they have read',
    broken([sameSession, '']),
    'a booking has the time that the session has in the end',
  ],
  [
    'bookings keep the status they have read',
    broken([`AND status = 'SCHEDULED' AND taken`, 'AND taken']),
    'a canceled session sells nothing',
  ],
  ['nothing is held', broken(['PERFORM ledger_place_hold(', `PERFORM format('%s %s %s %s %s %s', `]), 'a seat is held'],
  [
    'credits are passed over',
    broken(['p.class_id = session.class_id', 'false']),
    'credits come before the wallet, the oldest first, and of their own class',
  ],
  [
    'any credit will do',
    broken(['p.class_id = session.class_id', 'true']),
    'credits come before the wallet, the oldest first, and of their own class',
  ],
  [
    'the newest package goes first',
    broken(['ORDER BY p.id LIMIT 1', 'ORDER BY p.id DESC LIMIT 1']),
    'credits come before the wallet, the oldest first, and of their own class',
  ],
  [
    'suspended credits are used',
    source.replaceAll('AND NOT p.suspended', ''),
    'credits come before the wallet, the oldest first, and of their own class',
  ],
  ['packages are read and not locked', broken([' FOR UPDATE;', ';']), 'the last credit pays one seat'],
  [
    "what is offered is anybody's",
    source.replaceAll('NOT p_promoted AND EXISTS', 'false AND EXISTS'),
    "a seat that is being offered is nobody else's",
  ],
  [
    'a key is forgotten',
    broken(['seat.idempotency_key = p_key', 'false']),
    'a resumed booking is the seat that there is',
  ],
];

/** What the faults take away, as the database itself says it. */
export const DEFINITIONS = `
  SELECT conname AS name, format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS statement
  FROM pg_constraint WHERE conname IN ('class_sessions_seats', 'seats_overlap')
  UNION ALL SELECT 'seats_live', pg_get_indexdef('seats_live'::regclass)`;
