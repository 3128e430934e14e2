import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Invariants } from '../../src/ledger/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { person } from '../support/people.js';
import { publishedCourse } from '../support/school.js';
import { type Action, actions, COURSE_PRICE, CURRENCIES, type Currency } from './ledger-actions.js';
import { LedgerModel } from './ledger-model.js';
import { parameters, replay } from './runs.js';
import { LedgerWorld } from './ledger-world.js';

/*
 * Random lives of three people's wallets, against the real database. A failure is run again as runs.ts says.
 */

let app: TestApp;
let courses: Record<Currency, string>;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  const instructor = await person(app, 'INSTRUCTOR');
  const course = async (currency: Currency) =>
    (await publishedCourse(app, instructor, { price: COURSE_PRICE, currency })).id;
  courses = { USD: await course('USD'), EUR: await course('EUR') };
});
afterAll(() => app.close());

/** One action: done in the world as the model foretells it, and the books read the same afterwards, whether it was done or refused. */
class Done implements fc.AsyncCommand<LedgerModel, LedgerWorld> {
  constructor(private readonly action: Action) {}

  check(model: Readonly<LedgerModel>): boolean {
    return model.knows(this.action);
  }

  async run(model: LedgerModel, world: LedgerWorld): Promise<void> {
    const outcome = await world.perform(this.action);
    expect(outcome).toBe(model.perform(this.action));
    expect(await world.state()).toEqual(model.state());
    const open = model.holds.reduce((sum, hold) => sum + (hold.open ? hold.amount : 0), 0);
    expect(await world.openHolds()).toBe(open);
  }

  toString(): string {
    return JSON.stringify(this.action);
  }
}

it('one after the other, every action ends as the model says', async () => {
  const commands = fc.commands(
    actions.map((action) => action.map((drawn) => new Done(drawn))),
    { maxCommands: 40, size: 'max', ...replay },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (lived) => {
      const world = await LedgerWorld.open(app, courses);
      await fc.asyncModelRun(() => ({ model: new LedgerModel(), real: world }), lived);
      expect(await app.app.get(Invariants).check()).toEqual([]);
    }),
    parameters(20),
  );
}, 600_000);

const refusals = new Set([
  ...['done', 'replayed', 'insufficient', 'noAccount', 'otherContent', 'not open', 'moreThanHeld'],
  ...['TRANSFER_TO_ONESELF', 'INSUFFICIENT_BALANCE', 'ALREADY_ENROLLED'],
]);

it('all at once, nothing is lost, doubled or overdrawn', async () => {
  const batches = fc.array(fc.array(fc.oneof(...actions), { minLength: 2, maxLength: 24, size: 'max' }), {
    minLength: 2,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(batches, async (lived) => {
      const world = await LedgerWorld.open(app, courses);
      // So that the first batch finds something to work with.
      for (const currency of CURRENCIES) await world.perform({ kind: 'topUp', owner: 0, currency, amount: 900 });
      await world.perform({ kind: 'hold', owner: 0, currency: 'USD', amount: 300 });
      for (const batch of lived) {
        const outcomes = await Promise.all(batch.map((action) => world.perform(action)));
        expect(outcomes.filter((outcome) => !refusals.has(outcome))).toEqual([]);
        expect(await app.app.get(Invariants).check()).toEqual([]);
        const wallets = Object.entries(await world.state());
        for (const currency of CURRENCIES) {
          const sum = wallets.reduce((sum, [key, { balance }]) => (key.endsWith(currency) ? sum + balance : sum), 0);
          expect(sum).toBe(world.inside[currency]);
        }
        for (const [, { balance, held }] of wallets) expect(balance - held).toBeGreaterThanOrEqual(0);
        expect(wallets.reduce((sum, [, { held }]) => sum + held, 0)).toBe(await world.openHolds());
      }
    }),
    parameters(8),
  );
}, 600_000);
