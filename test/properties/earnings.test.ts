import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Invariants } from '../../src/ledger/index.js';
import { openSchool, type School } from '../support/school.js';
import { type Action, life } from './earning-actions.js';
import { EarningModel, partOf } from './earning-model.js';
import { SaleModel } from './earning-sale-model.js';
import { earningSettings, EarningTown, EarningWorld } from './earning-world.js';
import { parameters } from './runs.js';

/*
 * Random lives of what an instructor earns: sales at all prices and shares, with tax and coupons, refunds that may fail later, disputes,
 * hold periods, payouts that are paid, fail, wait, are refused or come back. A failure is run again as runs.ts says.
 */

let school: School;
let town: EarningTown;
beforeAll(async () => {
  school = await openSchool(earningSettings);
  town = await EarningTown.open(school);
}, 60_000);
afterAll(() => school.close());

/** Done in the world as the model foretells it, and the instructor has afterwards what the model says. */
async function act(action: Action, model: EarningModel, world: EarningWorld): Promise<void> {
  await perform(action, model, world);
  await world.quiet();
  expect(await world.standing()).toEqual(model.standing());
  expect(await world.payoutRows()).toEqual(model.payouts);
}

async function perform(action: Action, model: EarningModel, world: EarningWorld): Promise<void> {
  switch (action.kind) {
    case 'sell': {
      const sale = new SaleModel(action.terms, model.life.inclusive);
      model.sell(sale);
      expect(await world.sell(action.terms)).toEqual(sale.legs());
      return;
    }
    case 'hold':
      model.hold();
      return world.hold();
    case 'period':
      model.beginPeriod();
      return world.beginPeriod();
    case 'payOut':
    case 'approve':
    case 'settle':
    case 'sendBack':
      return payOut(action, model, world);
    default:
      return giveBack(action, model, world);
  }
}

type Giving = Extract<Action, { kind: 'refund' | 'failRefund' | 'dispute' | 'decide' | 'appeal' }>;

async function giveBack(action: Giving, model: EarningModel, world: EarningWorld): Promise<void> {
  const number = (sale: SaleModel) => model.sales.indexOf(sale);
  switch (action.kind) {
    case 'refund': {
      const sale = nth(model.refundable(), action.sale);
      const amount = partOf(sale.total, action.percent);
      expect(await world.refund(number(sale), amount)).toBe(model.refund(sale, amount));
      return;
    }
    case 'failRefund': {
      const [sale, refund] = nth(model.failable(), action.refund);
      await world.failRefund(number(sale), sale.refundsDone.indexOf(refund));
      return model.failRefund(sale, refund);
    }
    case 'dispute': {
      const sale = nth(model.disputable(), action.sale);
      const amount = Math.min(partOf(sale.disputable, action.percent), sale.disputable);
      world.dispute(number(sale), amount);
      return model.dispute(sale, amount);
    }
    case 'decide': {
      const [sale, dispute] = nth(model.disputes('open'), action.dispute);
      world.decide(number(sale), action.forSchool);
      return model.decide(sale, dispute, action.forSchool);
    }
    case 'appeal': {
      const [sale, dispute] = nth(model.disputes('lost'), action.dispute);
      world.appeal(number(sale));
      return model.appeal(sale, dispute);
    }
  }
}

type Paying = Extract<Action, { kind: 'payOut' | 'approve' | 'settle' | 'sendBack' }>;

async function payOut(action: Paying, model: EarningModel, world: EarningWorld): Promise<void> {
  const number = (payout: EarningModel['payouts'][number]) => model.payouts.indexOf(payout);
  switch (action.kind) {
    case 'payOut': {
      const amount = action.percent === undefined ? undefined : model.amountOf(action.percent);
      const fate = model.fateOf(action.fate);
      const answer = model.payOut(amount, fate);
      const sent = answer === 'done' && model.payouts.at(-1)!.status !== 'REQUESTED';
      expect(await world.payOut(amount, sent ? fate : undefined)).toBe(answer);
      return;
    }
    case 'approve': {
      const payout = nth(model.payoutsThatAre('REQUESTED'), action.payout);
      const fate = model.fateOf(action.fate);
      await world.approve(number(payout), action.yes, action.yes ? fate : undefined);
      return model.decidePayout(payout, action.yes, fate);
    }
    case 'settle': {
      const payout = nth(model.payoutsThatAre('IN_TRANSIT'), action.payout);
      await world.settle(number(payout), action.fate);
      return model.send(payout, action.fate);
    }
    case 'sendBack': {
      const payout = nth(model.payoutsThatAre('PAID'), action.payout);
      await world.sendBack(number(payout));
      return model.sendBack(payout);
    }
  }
}

function nth<T>(items: readonly T[], index: number): T {
  return items[index % items.length]!;
}

it('parts always sum, and every account ends where the rules say', async () => {
  await fc.assert(
    fc.asyncProperty(life, async (drawn) => {
      const world = await EarningWorld.open(town, drawn);
      const model = new EarningModel(drawn);
      for (const action of drawn.actions) if (model.knows(action)) await act(action, model, world);
      if (model.sales.every(({ share }) => share === 0)) return;
      const { pending, available, owed } = model.standing();
      expect(await world.books()).toEqual(model.books());
      expect(await world.statement()).toEqual({ PENDING: pending, AVAILABLE: available, OWED: 0 - owed! });
      expect(await world.report()).toEqual(model.report());
      expect(await world.payoutReport()).toEqual(model.payoutReport());
      expect(await school.app.get(Invariants).check()).toEqual([]);
    }),
    // Making a failure smaller takes its time: what was found by then is told.
    { ...parameters(4), interruptAfterTimeLimit: 240_000 },
  );
}, 300_000);
