import { expect, it } from '@jest/globals';
import { readSettings } from '../../platform/config/index.js';
import { rewards } from './rewards.providers.js';

const DATABASE_URL = 'postgresql://bursar_app:secret@127.0.0.1:5432/bursar';
const [{ useFactory }] = rewards as [(typeof rewards)[0]];
const read = (environment: Record<string, string> = {}) => useFactory(readSettings({ DATABASE_URL, ...environment }));

it('what is rewarded is read from the file that comes with it, unless another is named', async () => {
  const { completion, freeCompletion, streaks, wallet, coupons } = await read();
  expect([completion, freeCompletion]).toEqual([100, 10]);
  expect(streaks.DAYS).toMatchObject({ withinDays: 1, freezeEvery: 7, mostFreezes: 2 });
  expect(streaks.DAYS.bonuses.map(({ length, tokens }) => [length, tokens])).toEqual([
    [3, 10],
    [7, 50],
    [30, 250],
    [100, 1000],
    [365, 5000],
  ]);
  expect(streaks.COMPLETIONS).toMatchObject({ withinDays: 30, freezeEvery: 5, mostFreezes: 1 });
  expect(wallet.map(({ tokens, price }) => [tokens, price.toString()])).toEqual([
    [100, '1.00 USD'],
    [100, '0.90 EUR'],
    [100, '130.00 KES'],
  ]);
  expect(coupons.map(({ id, tokens }) => [id, tokens])).toEqual([
    ['TEN_OFF', 300],
    ['FIVE_DOLLARS_OFF', 400],
  ]);
});

it('a start with one that is not there, or of something else, is refused by the name of the setting', async () => {
  await expect(read({ REWARDS_FILE: 'config/none.json' })).rejects.toThrow(
    'REWARDS_FILE config/none.json: it cannot be read',
  );
  await expect(read({ REWARDS_FILE: 'config/plans.json' })).rejects.toThrow(
    'REWARDS_FILE config/plans.json: plans: this field is not known',
  );
});
