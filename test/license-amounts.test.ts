import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Customer, LicenseDesk } from './support/license-desk.js';
import { endQuietly } from './support/keep-books.js';
import { expectStatus, told } from './support/school.js';

/* What a licence costs, and what comes for it, is no more than the books can be read with. */

let desk: LicenseDesk;
let customer: Customer;
beforeAll(async () => {
  desk = await LicenseDesk.open({ ROLE: 'api' });
  customer = await desk.customer('DE');
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

const MOST = 10_000_000_000_000;

it('is refused above that, wherever it is named', async () => {
  for (const price of [MOST + 1, Number.MAX_SAFE_INTEGER])
    expect(told(await desk.create(customer, { price }))).toBe('VALIDATION_FAILED');
  const license = await desk.created(customer);
  expect(told(await desk.markPaid(license, { total: MOST + 1 }))).toBe('VALIDATION_FAILED');
  expect(told(await desk.act(license, 'renew', { months: 1, price: MOST + 1 }))).toBe('VALIDATION_FAILED');
});

it('is booked up to that, and every sum of it told', async () => {
  for (const terms of [{ price: MOST }, { price: MOST }])
    expectStatus(200, await desk.markPaid(await desk.created(customer, terms)));
  const { token } = desk.school.admin;
  for (const path of ['/finance/ledger/accounts', '/finance/ledger/trial-balance', '/finance/reports/deferred-revenue'])
    expectStatus(200, await desk.school.get(path, token));
});
