import { describe, expect, it } from '@jest/globals';
import { hasPlace, hasRoom, roomAt, type Standing } from './course-places.js';

const now = new Date('2026-11-23T09:00:00Z');
const later = new Date('2026-11-23T09:00:01Z');
const full: Standing = {
  ...{ courseId: 'crs_1', title: 'Swahili', capacity: 2, claimed: 2 },
  ...{ status: null, type: null, waitingSince: null, offeredUntil: null },
};

describe('there is room', () => {
  it.each<[string, Partial<Standing>, boolean, boolean]>([
    ['in a full course', {}, false, false],
    ['below its capacity', { claimed: 1 }, true, true],
    ['without a capacity', { capacity: null, claimed: 0 }, true, true],
    ['for who waits, before it is offered', { claimed: 1, waitingSince: now }, false, false],
    ['for whom it is offered to', { offeredUntil: later }, true, true],
    ['for who was offered it until now: only to take what is paid', { offeredUntil: now }, true, false],
  ])('%s', (_, changes, room, before) => {
    expect([hasRoom({ ...full, ...changes }), roomAt(now, { ...full, ...changes })]).toEqual([room, before]);
  });
});

it.each([
  ['ACTIVE', true],
  ['COMPLETED', true],
  ['SUSPENDED', true],
  ['PENDING', false],
  ['CANCELLED', false],
  ['EXPIRED', false],
  [null, false],
] as const)('%s is a place: %s', (status, is) => {
  expect(hasPlace({ ...full, status })).toBe(is);
});
