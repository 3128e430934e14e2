import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../test/support/app.js';
import { Database } from '../platform/database/index.js';
import { newId } from '../platform/ids/index.js';
import { FindCoupons } from './find-coupons.js';

let app: TestApp;
let database: Database;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  database = app.app.get(Database);
});
afterAll(() => app.close());

it('a public coupon is listed, and found by its code, from its first moment on and until before its last', async () => {
  const [first, last] = [new Date('2027-03-01T00:00:00Z'), new Date('2027-04-01T00:00:00Z')];
  await database.client.coupon.create({
    data: {
      id: newId('coupon'),
      code: 'MARCH',
      name: 'In March',
      discountType: 'PERCENTAGE',
      discountValue: 1000n,
      isPublic: true,
      validFrom: first,
      validUntil: last,
      createdAt: first,
      updatedAt: first,
    },
  });
  const findCoupons = app.app.get(FindCoupons);
  const seenAt = (at: number) =>
    app.clock.at(new Date(at), async () => {
      const { pagination } = await findCoupons.active({ page: 1, limit: 20 });
      const found = await findCoupons.byCode('march').catch(() => undefined);
      return [pagination.total, found?.code];
    });
  expect(await seenAt(first.getTime() - 1)).toEqual([0, undefined]);
  expect(await seenAt(first.getTime())).toEqual([1, 'MARCH']);
  expect(await seenAt(last.getTime() - 1)).toEqual([1, 'MARCH']);
  expect(await seenAt(last.getTime())).toEqual([0, undefined]);
});
