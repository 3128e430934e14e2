import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Invariants } from '../../src/ledger/index.js';
import { Lessons } from '../support/lessons.js';
import { openSchool, type School } from '../support/school.js';
import { type Action, actions, prologue, PURSE } from './package-actions.js';
import { PackageModel } from './package-model.js';
import { parameters, replay } from './runs.js';
import { PackageWorld } from './package-world.js';

/*
 * Random lives of a student's packages, against the real database. A failure is run again as runs.ts says.
 */

let school: School;
let open: () => Promise<PackageWorld>;
beforeAll(async () => {
  // Jobs run only when an action says so.
  school = await openSchool({ ROLE: 'api' });
  const lessons = await Lessons.open(school);
  const template = await lessons.session();
  open = () => PackageWorld.open(school, lessons, template);
}, 60_000);
afterAll(() => school.close());

/** One action: done in the world as the model foretells it, and everything stands the same afterwards, whether it was done or refused. */
class Done implements fc.AsyncCommand<PackageModel, PackageWorld> {
  constructor(private readonly action: Action) {}

  check(model: Readonly<PackageModel>): boolean {
    return model.knows(this.action);
  }

  async run(model: PackageModel, world: PackageWorld): Promise<void> {
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
    { maxCommands: 70, size: 'max', ...replay },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (lived) => {
      const [world, model] = [await open(), new PackageModel()];
      for (const action of prologue) await new Done(action).run(model, world);
      await fc.asyncModelRun(() => ({ model, real: world }), lived);
      expect(await school.app.get(Invariants).check()).toEqual([]);
    }),
    parameters(8),
  );
}, 600_000);

const outcomes = new Set([
  ...[
    'done',
    'ALREADY_ENROLLED_IN_SESSION',
    'SESSION_CLOSED',
    'INSUFFICIENT_CREDITS_OR_BALANCE',
    'INSUFFICIENT_BALANCE',
  ],
  ...['TOO_LATE_TO_CANCEL', 'INVALID_TRANSITION', 'PACKAGE_NOTHING_LEFT', 'NOT_REFUNDABLE', 'REFUND_TOO_MUCH'],
  'PURCHASE_USED_UP',
]);

it('all at once, no credit is used twice and no unit is lost', async () => {
  const batches = fc.array(fc.array(fc.oneof(...actions), { minLength: 4, maxLength: 14, size: 'max' }), {
    minLength: 2,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(batches, async (lived) => {
      const world = await open();
      for (const action of prologue) await world.perform(action);
      for (const batch of lived) {
        const known = batch.filter((action) => world.knows(action));
        const ended = await Promise.all(known.map((action) => world.perform(action)));
        expect(ended.filter((outcome) => !outcomes.has(outcome))).toEqual([]);
        expect(await school.app.get(Invariants).check()).toEqual([]);
        await expectSums(world);
      }
    }),
    parameters(5),
  );
}, 600_000);

/** Every unit is in the wallet, in a package, or in a seat. */
async function expectSums(world: PackageWorld): Promise<void> {
  const { packages, seats, wallet } = await world.state();
  const left = packages.reduce((sum, { net, tax }) => sum + net + tax, 0);
  const kept = seats.reduce((sum, { paid, returned }) => sum + (returned ? 0 : paid), 0);
  expect(wallet.balance + left + kept).toBe(PURSE);
  expect(wallet.held).toBe(seats.filter(({ status }) => status === 'LOCKED').length * 1000);
}
