import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaxQuoteDto } from '../src/payments/tax/tax.dto.js';
import type { ProblemDto } from '../src/platform/http/index.js';
import { startTestApp, type TestApp } from './support/app.js';
import { person } from './support/people.js';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startTestApp({ DEFAULT_TAX_RATE: '7.1234' });
  ({ token } = await person(app));
});
afterAll(() => app.close());

const ask = <T = TaxQuoteDto>(query: string, by?: string) => app.get<T>(`/payments/tax/quote?${query}`, by);

describe('a quote of tax', () => {
  it('adds the tax of a region to a price', async () => {
    const { status, body } = await ask('amount=10000&currency=CAD&country=ca&region=qc', token);
    expect([status, body]).toEqual([
      200,
      {
        amount: 10_000,
        net: 10_000,
        tax: 1498,
        total: 11_498,
        currency: 'CAD',
        rate: 14.975,
        country: 'CA',
        region: 'QC',
        inclusive: false,
      },
    ]);
  });

  it('finds the tax in a price that holds it', async () => {
    const { body } = await ask('amount=12345&currency=KWD&country=UK&inclusive=true', token);
    expect(body).toEqual({
      amount: 12_345,
      net: 10_287,
      tax: 2058,
      total: 12_345,
      currency: 'KWD',
      rate: 20,
      country: 'GB',
      region: null,
      inclusive: true,
    });
  });

  it('is nothing where zero is listed, and the default where nothing is', async () => {
    const at = async (place: string) => (await ask(`amount=1000000&currency=JPY${place}`, token)).body;
    expect(await at('&country=US')).toMatchObject({ tax: 0, total: 1_000_000, rate: 0, country: 'US' });
    expect(await at('&country=ZZ')).toMatchObject({ tax: 71_234, total: 1_071_234, rate: 7.1234, country: 'ZZ' });
    expect(await at('')).toMatchObject({ tax: 71_234, total: 1_071_234, rate: 7.1234, country: null });
  });

  it('is exact for the largest amount that it takes', async () => {
    const { body } = await ask('amount=1000000000000000&currency=USD&country=CA&region=QC', token);
    expect(body).toMatchObject({ tax: 149_750_000_000_000, total: 1_149_750_000_000_000 });
  });

  it.each([
    ['amount=99.99&currency=USD', 'amount'],
    ['amount=99.00&currency=USD', 'amount'],
    ['amount=1e3&currency=USD', 'amount'],
    ['amount=&currency=USD', 'amount'],
    ['amount=-1&currency=USD', 'amount'],
    ['amount=1000000000000001&currency=USD', 'amount'],
    ['amount=100&amount=200&currency=USD', 'amount'],
    ['currency=USD', 'amount'],
    ['amount=100', 'currency'],
    ['amount=100&currency=XXZ', 'currency'],
    ['amount=100&currency=USD&country=USA', 'country'],
    ['amount=100&currency=USD&country=U1', 'country'],
    ['amount=100&currency=USD&country=', 'country'],
    ['amount=100&currency=USD&country=CA&region=Quebec', 'region'],
    ['amount=100&currency=USD&inclusive=maybe', 'inclusive'],
    ['amount=100&currency=USD&rate=0', 'rate'],
  ])('of %s is refused and names %s', async (query, field) => {
    const { status, body } = await ask<ProblemDto>(query, token);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(new Set(body.errors?.map((error) => error.pointer))).toEqual(new Set([`#/query/${field}`]));
  });

  it('is for those who are signed in', async () => {
    const { status, body } = await ask<ProblemDto>('amount=100&currency=USD');
    expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});
