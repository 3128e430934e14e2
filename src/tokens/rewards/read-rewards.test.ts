import { expect, it } from '@jest/globals';
import { readSettingsFile } from '../../platform/config/index.js';
import { parseRewards } from './read-rewards.js';

const bonus = { length: 3, tokens: 10 };
const streak = { bonuses: [bonus], freezeEvery: 7, mostFreezes: 2 };
const rate = { currency: 'USD', tokens: 100, amount: 100 };
const coupon = {
  ...{ id: 'TEN_OFF', name: 'Ten off', tokens: 300, discountType: 'PERCENTAGE', discountValue: 1000 },
  validDays: 90,
};
const file = {
  completion: 100,
  freeCompletion: 10,
  streaks: { days: streak, completions: { ...streak, withinDays: 30 } },
  wallet: [rate],
  coupons: [coupon],
};
const problems = async (changes: object) => (await parseRewards({ ...file, ...changes })).problems;

it('the file that comes with it is sound', async () => {
  const rewards = await readSettingsFile('REWARDS_FILE', 'config/rewards.json', parseRewards);
  expect(rewards.streaks.DAYS.withinDays).toBe(1);
  expect(await problems({})).toEqual([]);
});

it('a file is refused with all that is said twice, and coupons that could not be made', async () => {
  expect(
    await problems({
      streaks: { days: { ...streak, bonuses: [bonus, bonus] }, completions: { ...streak, withinDays: 30 } },
      wallet: [rate, { ...rate, currency: 'EUR' }, { ...rate, tokens: 50 }],
      coupons: [
        { ...coupon, discountValue: 10_001 },
        { ...coupon, discountValue: 10_000 },
        { ...coupon, id: 'A', minimumAmount: 1 },
        { ...coupon, id: 'B', maximumDiscount: 1 },
        { ...coupon, id: 'C', discountType: 'FIXED_AMOUNT' },
        { ...coupon, id: 'D', discountType: 'FIXED_AMOUNT', discountValue: 20_000, currency: 'USD' },
      ],
    }),
  ).toEqual([
    'streaks/days: there is a bonus for 3 already',
    'wallet: there is a rate for USD already',
    'coupons: there is a coupon TEN_OFF already',
    'coupons: TEN_OFF takes off more than all',
    'coupons: A needs a currency for its amounts',
    'coupons: B needs a currency for its amounts',
    'coupons: C needs a currency for its amounts',
  ]);
});

it('and with every field that is not as it must be', async () => {
  expect(
    await problems({
      completion: -1,
      wallet: [{ ...rate, currency: 'XXZ', tokens: 0 }],
      coupons: [{ ...coupon, id: 'ten off', validDays: 0, colour: 'red' }],
    }),
  ).toEqual([
    'completion: completion must not be less than 0',
    'wallet/0/currency: currency must be an ISO 4217 currency code',
    'wallet/0/tokens: tokens must not be less than 1',
    'coupons/0/colour: this field is not known',
    'coupons/0/id: id must be capitals, digits and underscores',
    'coupons/0/validDays: validDays must not be less than 1',
  ]);
});
