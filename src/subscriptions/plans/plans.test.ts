import { describe, expect, it } from '@jest/globals';
import { readSettingsFile } from '../../platform/config/index.js';
import { effectOf } from './change-effect.js';
import { parsePlans } from './read-plans.js';

const monthly = { period: 'MONTH', currency: 'USD', amount: 2000 };
const yearly = { period: 'YEAR', currency: 'USD', amount: 20_000 };
const free = { id: 'FREE', name: 'Free', description: 'Nothing', features: [], courses: [] };
const pro = { id: 'PRO', name: 'Pro', description: 'More', features: ['a'], courses: 'ALL', prices: [monthly, yearly] };
const readPlans = (file: string) => readSettingsFile('PLANS_FILE', file, parsePlans);
const problems = async (plans: unknown) => (await parsePlans({ plans })).problems;

describe('the file of plans', () => {
  it('that comes with it is sound, and in rising order', async () => {
    const plans = await readPlans('config/plans.json');
    expect(plans.all.map(({ id }) => id)).toEqual(['FREE', 'PRO', 'ENTERPRISE']);
    expect(plans.price(plans.find('PRO')!, 'YEAR', 'USD')).toMatchObject({ plan: 'PRO', name: 'Pro', period: 'YEAR' });
    expect(plans.price(plans.find('PRO')!, 'YEAR', 'KES')).toBeUndefined();
    expect(plans.title({ tier: 'PRO', period: 'YEAR' })).toBe('Pro, yearly');
    expect(plans.withFeature('reports').map(({ name }) => name)).toEqual(['Enterprise']);
  });

  it('is refused with all that is wrong with it', async () => {
    expect(
      await problems([
        { ...free, prices: [monthly], trialDays: 7, courses: 'ALL' },
        { ...pro, prices: [monthly, monthly, yearly] },
        { ...pro, prices: [] },
      ]),
    ).toEqual([
      'PRO: it has two prices for a MONTH in USD',
      'PRO: there is a plan with this id already',
      'FREE: the first plan is free and has no prices',
      'FREE: the first plan is free and has no trial',
      'FREE: a course that everybody has is no premium course',
      'PRO: it must have a price',
    ]);
  });

  it('is refused with every field that is not as it must be', async () => {
    const odd = [
      { ...free, id: 'free', colour: 'red' },
      { ...pro, courses: 'SOME', prices: [{ ...monthly, amount: 0 }] },
    ];
    expect(await problems(odd)).toEqual([
      'plans/0/colour: this field is not known',
      'plans/0/id: id must be capitals, digits and underscores, such as PRO',
      'plans/1/courses: courses must be "ALL" or a list of ids of courses',
      'plans/1/prices/0/amount: amount must not be less than 1',
    ]);
    expect(await problems([])).toEqual(['plans: there must be at least one, which is free']);
  });

  it('is named when it is not there, or no JSON', async () => {
    await expect(readPlans('config/none.json')).rejects.toThrow('PLANS_FILE config/none.json: it cannot be read');
    await expect(readPlans('README.md')).rejects.toThrow('PLANS_FILE README.md: it is not JSON');
  });
});

describe('a change takes effect', () => {
  const enterprise = { ...pro, id: 'ENTERPRISE', name: 'Enterprise' };
  const status = 'ACTIVE';

  it.each([
    ['PRO MONTH', 'PRO MONTH', 'NONE'],
    ['PRO MONTH', 'PRO YEAR', 'NOW'],
    ['PRO MONTH', 'ENTERPRISE MONTH', 'NOW'],
    ['PRO MONTH', 'ENTERPRISE YEAR', 'NOW'],
    ['PRO YEAR', 'ENTERPRISE YEAR', 'NOW'],
    // More of the one, less of the other.
    ['PRO YEAR', 'ENTERPRISE MONTH', 'PERIOD_END'],
    ['ENTERPRISE MONTH', 'PRO YEAR', 'PERIOD_END'],
    ['PRO YEAR', 'PRO MONTH', 'PERIOD_END'],
    ['ENTERPRISE MONTH', 'PRO MONTH', 'PERIOD_END'],
    ['PRO MONTH', 'FREE MONTH', 'PERIOD_END'],
  ])('from %s to %s: %s', async (from, to, effect) => {
    const { value: plans } = await parsePlans({ plans: [free, pro, enterprise] });
    expect(effectOf(plans!, { ...term(from), status }, term(to))).toBe(effect);
    const inTrial = effectOf(plans!, { ...term(from), status: 'TRIALING' }, term(to));
    expect(inTrial).toBe(effect === 'PERIOD_END' && !to.startsWith('FREE') ? 'NOW' : effect);
  });

  const term = (words: string) => {
    const [tier = '', period] = words.split(' ');
    return { tier, period: period === 'YEAR' ? ('YEAR' as const) : ('MONTH' as const) };
  };
});
