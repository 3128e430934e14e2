import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Invariants } from '../../src/ledger/index.js';
import { openSchool, type School } from '../support/school.js';
import { type Action, actions, terms } from './refund-actions.js';
import { RefundModel } from './refund-model.js';
import { parameters, replay } from './runs.js';
import { RefundWorld } from './refund-world.js';

/*
 * Random lives of payments after they were paid: refunds by both ways, alone and at once, from the dashboard, failing late, with inquiries
 * and disputes between them. A failure is run again as runs.ts says.
 */

let school: School;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
});
afterAll(() => school.close());

/** One action: done in the world as the model foretells it, and everything stands afterwards as the model says. */
class Done implements fc.AsyncCommand<RefundModel, RefundWorld> {
  constructor(private readonly action: Action) {}

  check(model: Readonly<RefundModel>): boolean {
    return model.knows(this.action);
  }

  async run(model: RefundModel, world: RefundWorld): Promise<void> {
    await this.perform(model, world);
    await world.quiet();
    const rows = await world.rows();
    expect(rows.map(({ provider: _, ...row }) => row)).toEqual(model.rows());
    expect(await world.standing()).toEqual(model.standing());
    const books = await world.books();
    expect(books).toEqual(model.books());
    expect(world.givenByProvider()).toBe(model.total - model.leftAtProvider);
    if (!model.exhausted) return;
    const left = Object.keys(books).filter((code) => /^(revenue|liability:(tax|earnings))/.test(code));
    expect(left).toEqual([]);
  }

  toString(): string {
    return JSON.stringify(this.action);
  }

  private async perform(model: RefundModel, world: RefundWorld): Promise<void> {
    const { action } = this;
    switch (action.kind) {
      case 'refund':
      case 'unit':
      case 'rest': {
        const amount = action.kind === 'rest' ? undefined : action.kind === 'unit' ? 1 : model.amountOf(action.share);
        expect(await world.ask(amount, action.destination)).toBe(model.ask(amount, action.destination));
        return;
      }
      case 'together':
        return this.together(model, world, model.amountOf(action.share), action.count);
      case 'dashboard': {
        const amount = Math.min(model.amountOf(action.share), model.left, model.leftAtProvider);
        world.refundInDashboard(amount);
        model.give(amount, 'ORIGINAL');
        return;
      }
      case 'finish':
      case 'fail': {
        const moving = model.moving(action.kind);
        const refund = moving[action.refund % moving.length]!;
        await world.conclude(model.refunds.indexOf(refund), action.kind);
        model.conclude(refund, action.kind === 'finish' ? 'SUCCEEDED' : 'FAILED');
        return;
      }
      case 'dispute': {
        const amount = Math.min(model.amountOf(action.share, model.leftAtProvider), model.leftAtProvider);
        world.dispute(amount, action.inquiry);
        model.openDispute(amount, action.inquiry);
        return;
      }
      case 'decide':
        world.decide(action.forSchool);
        model.decide(action.forSchool);
        return;
    }
  }

  /** As many are given as there is room for; which of them come first is nobody's to say, so it is read off. */
  private async together(model: RefundModel, world: RefundWorld, amount: number, count: number): Promise<void> {
    const before = model.refunds.length;
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, index) => world.ask(amount, index % 2 ? 'WALLET' : 'ORIGINAL')),
    );
    const room = Math.min(count, Math.floor(model.left / amount));
    const given = (await world.rows()).slice(before);
    expect(given).toHaveLength(room);
    for (const { destination } of given) model.give(amount, destination);
    const refused = model.left > 0 ? ['REFUND_TOO_MUCH'] : ['NOT_REFUNDABLE'];
    const others = outcomes.filter((outcome) => outcome !== 'SUCCEEDED' && outcome !== 'PENDING');
    expect(others).toEqual(Array(count - room).fill(refused[0]));
  }
}

it('never gives back more than came, and every account stands where the rules say', async () => {
  const commands = fc.commands(
    actions.map((action) => action.map((drawn) => new Done(drawn))),
    { maxCommands: 40, size: 'max', ...replay },
  );
  await fc.assert(
    fc.asyncProperty(terms, commands, async (drawn, lived) => {
      const world = await RefundWorld.open(school, drawn);
      const model = new RefundModel(drawn, world.total, world.tax);
      await fc.asyncModelRun(() => ({ model, real: world }), lived);
      expect(await school.app.get(Invariants).check()).toEqual([]);
    }),
    parameters(8),
  );
}, 600_000);
