import { expect, it } from '@jest/globals';
import { readSettingsFile } from '../../platform/config/index.js';
import { parseTiers } from './read-tiers.js';

const tier = {
  ...{ id: 'TEAM', name: 'Team', description: 'For a team.', features: ['reports'], courses: 'ALL' },
  ...{ mostSeats: 5, mostDomains: 1, branding: ['NAME'], prices: [{ currency: 'USD', perSeatAndMonth: 1500 }] },
};
const problems = async (...tiers: object[]) => (await parseTiers({ tiers })).problems;

it('the file that comes with it is sound, and says what a seat costs for a month', async () => {
  const tiers = await readSettingsFile('LICENSES_FILE', 'config/licenses.json', parseTiers);
  expect(tiers.all.map(({ id, mostSeats, mostDomains }) => [id, mostSeats, mostDomains])).toEqual([
    ['TEAM', 50, 1],
    ['BUSINESS', 1000, 3],
    ['ENTERPRISE', 100_000, 20],
  ]);
  expect(tiers.find('TEAM')!.prices.map(String)).toEqual(['15.00 USD', '14.00 EUR', '1900.00 KES']);
  expect(tiers.withFeature('reports').map(({ id }) => id)).toEqual(['BUSINESS', 'ENTERPRISE']);
  expect(tiers.find('FREE')).toBeUndefined();
  expect(tiers.get('GONE')).toMatchObject({ name: 'GONE', features: [], courses: [], mostDomains: 0 });
});

it('a file is refused with all that it says twice', async () => {
  expect(await problems(tier)).toEqual([]);
  const [price] = tier.prices;
  expect(await problems(tier, tier, { ...tier, id: 'BIG', prices: [price, price] })).toEqual([
    'tiers: there is a tier TEAM already',
    'BIG: it has two prices in USD',
  ]);
});

it('and with every field that is not as it must be', async () => {
  const flawed = {
    ...tier,
    id: 'team',
    mostSeats: 0,
    courses: 'SOME',
    branding: ['FONT'],
    prices: [{ currency: 'XXZ' }],
  };
  expect(await problems(flawed)).toEqual([
    'tiers/0/id: id must be capitals, digits and underscores, such as BUSINESS',
    'tiers/0/courses: courses must be "ALL" or a list of ids of courses',
    'tiers/0/mostSeats: mostSeats must not be less than 1',
    'tiers/0/branding: each value in branding must be one of the following values: NAME, LOGO, COLORS',
    'tiers/0/prices/0/currency: currency must be an ISO 4217 currency code',
    'tiers/0/prices/0/perSeatAndMonth: perSeatAndMonth must be given',
  ]);
});
