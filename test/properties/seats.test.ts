import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Invariants } from '../../src/ledger/index.js';
import { Lessons } from '../support/lessons.js';
import { openSchool, type School } from '../support/school.js';
import { type Action, actions, PRICE, prologue, PURSE, STUDENTS } from './seat-actions.js';
import { SeatModel } from './seat-model.js';
import { parameters, replay } from './runs.js';
import { SeatWorld } from './seat-world.js';

/*
 * Random days of three class sessions, one of each policy, and four students, against the real database. A failure is
 * run again as runs.ts says.
 */

let school: School;
let lessons: Lessons;
beforeAll(async () => {
  // Jobs run only when an action says so.
  school = await openSchool({ ROLE: 'api' });
  lessons = await Lessons.open(school);
}, 60_000);
afterAll(() => school.close());

/** One action: done in the world as the model foretells it, and everything stands the same afterwards, whether it was done or refused. */
class Done implements fc.AsyncCommand<SeatModel, SeatWorld> {
  constructor(private readonly action: Action) {}

  check(model: Readonly<SeatModel>): boolean {
    return model.knows(this.action);
  }

  async run(model: SeatModel, world: SeatWorld): Promise<void> {
    const outcome = await world.perform(this.action);
    expect(outcome).toBe(model.perform(this.action));
    expect(await world.state()).toEqual(model.state());
  }

  toString(): string {
    return JSON.stringify(this.action);
  }
}

it('one after the other, every action ends as the model says', async () => {
  const commands = fc.commands(
    actions.map((action) => action.map((drawn) => new Done(drawn))),
    { maxCommands: 120, size: 'max', ...replay },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (lived) => {
      const world = await SeatWorld.open(school, lessons);
      const model = new SeatModel();
      for (const action of prologue) await new Done(action).run(model, world);
      await fc.asyncModelRun(() => ({ model, real: world }), lived);
      expect(await school.app.get(Invariants).check()).toEqual([]);
    }),
    parameters(8),
  );
}, 600_000);

const outcomes = new Set([
  ...['done', 'ALREADY_ENROLLED_IN_SESSION', 'SESSIONS_OVERLAP', 'SESSION_FULL', 'SESSION_CLOSED'],
  ...['INSUFFICIENT_CREDITS_OR_BALANCE', 'SEAT_CHECKED_IN', 'TOO_LATE_TO_CANCEL', 'SEAT_NOT_LIVE', 'SEAT_UNDECIDED'],
  ...['SEAT_NOT_UNDECIDED', 'SESSION_NOT_CHECKING_IN', 'SESSION_NOT_BEGUN', 'SESSION_OVER', 'SESSION_TOO_EARLY'],
  ...['SESSION_TIME_NEEDED', 'INVALID_TRANSITION', 'SESSION_NOT_SCHEDULED', 'SEATS_SETTLING', 'CAPACITY_BELOW_TAKEN'],
  // The clock may be moved on between working out a new time and asking for it.
  'START_IN_PAST',
]);

it('all at once, no seat is sold twice and no money is lost, doubled or overdrawn', async () => {
  const batches = fc.array(fc.array(fc.oneof(...actions), { minLength: 4, maxLength: 20, size: 'max' }), {
    minLength: 3,
    maxLength: 7,
  });
  await fc.assert(
    fc.asyncProperty(batches, async (lived) => {
      const world = await SeatWorld.open(school, lessons);
      for (const action of prologue) await world.perform(action);
      for (const batch of lived) {
        const ended = await Promise.all(batch.map((action) => world.perform(action)));
        expect(ended.filter((outcome) => !outcomes.has(outcome))).toEqual([]);
        expect(await school.app.get(Invariants).check()).toEqual([]);
        await expectSums(world);
      }
      await world.settleAll();
      expect(await school.app.get(Invariants).check()).toEqual([]);
      await expectSums(world);
    }),
    parameters(6),
  );
}, 600_000);

/** Every unit is in a purse, in the drawer's counterparts or owed; what is held is held for a seat. */
async function expectSums(world: SeatWorld): Promise<void> {
  const { seats, wallets, sessions, books } = await world.state();
  const balance = wallets.reduce((sum, wallet) => sum + wallet.balance, 0);
  expect(balance + books.tax + books.deferred + books.revenue).toBe(STUDENTS * PURSE + books.drawer);
  wallets.forEach((wallet, student) => {
    const locked = seats.filter((seat) => seat.student === student && seat.status === 'LOCKED').length;
    expect(wallet.held).toBe(locked * PRICE);
    expect(wallet.balance - wallet.held).toBeGreaterThanOrEqual(0);
  });
  sessions.forEach(({ taken }, session) => {
    expect(taken).toBe(seats.filter((seat) => seat.session === session && seat.status !== 'CANCELLED').length);
  });
  const kept = seats.reduce((sum, { paid, givenBack }) => sum + (givenBack ? 0 : paid), 0);
  expect(books.tax + books.deferred + books.revenue).toBe(kept);
}
