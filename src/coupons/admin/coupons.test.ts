import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import type { Page } from '../../platform/http/index.js';
import { ConsumeCoupon, ReturnCoupon } from '../index.js';
import type { ManagedCouponDto, RemovedCouponDto } from './coupons.dto.js';
import {
  CouponAdmin,
  type Fields,
  type Problem,
  minimal,
  pointers,
  full,
  unsaid,
} from '../../../test/support/coupon-admin.js';

let app: TestApp;
let admin: Person;
let coupons: CouponAdmin;
let student: Person;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  [admin, student] = await Promise.all([person(app, 'ADMIN'), person(app, 'INSTRUCTOR', 'STAFF')]);
  coupons = new CouponAdmin(app, admin);
});
afterAll(() => app.close());
keepBooks(() => app);

describe('a change', () => {
  it('leaves what is not mentioned, and an audit record of before and after', async () => {
    const coupon = await coupons.created(full);
    const { status, body } = await coupons.send('PATCH', `/${coupon.id}`, { discountValue: 999, maxUses: null });
    expect([status, body]).toEqual([
      200,
      { ...coupon, discountValue: 999, maxUses: null, updatedAt: expect.any(String) },
    ]);
    expect(await coupons.read(coupon.id)).toEqual(body);
    expect((await coupons.audits(coupon.id))[1]).toMatchObject({
      actor: admin.id,
      action: 'coupon.changed',
      before: full,
      after: { ...full, discountValue: 999, maxUses: null },
    });
  });

  it('of nothing leaves no record', async () => {
    const coupon = await coupons.created(full);
    for (const same of [{}, { ...full }, { validFrom: '2026-06-01T02:00:00+02:00' }]) {
      expect((await coupons.send('PATCH', `/${coupon.id}`, same)).body).toEqual(coupon);
    }
    expect(await coupons.audits(coupon.id)).toHaveLength(1);
  });

  it.each<[string, Fields, string[]]>([
    ['another type without its value', { discountType: 'PERCENTAGE' }, ['#/discountValue']],
    ['a type that its value does not fit', { discountType: 'PERCENTAGE', discountValue: 101 }, ['#/discountValue']],
    ['no currency any more', { currency: null }, ['#/currency']],
    ['an end before its start', { validUntil: '2026-05-01T00:00:00Z' }, ['#/validUntil']],
    ['another code', { code: 'OTHER' }, ['#/code']],
    ['null for its name', { name: null }, ['#/name']],
  ])('to %s is refused, and named', async (_what, fields, expected) => {
    const coupon = await coupons.created(full);
    const { status, body } = await coupons.send<Problem>('PATCH', `/${coupon.id}`, fields);
    expect([status, body.code, pointers(body)]).toEqual([400, 'VALIDATION_FAILED', expected]);
    expect(await coupons.read(coupon.id)).toEqual(coupon);
    expect(await coupons.audits(coupon.id)).toHaveLength(1);
  });

  it('cannot take a limit below the uses that there are', async () => {
    const coupon = await coupons.created({ maxUses: 10, maxUsesPerUser: 5 });
    for (const userId of ['usr_a', 'usr_a', 'usr_b']) await coupons.reserve(coupon, userId);
    for (const [limits, detail] of [
      [{ maxUses: 2 }, 'maxUses cannot be lower than the 3 uses there are'],
      [{ maxUsesPerUser: 1 }, 'maxUsesPerUser cannot be lower than the 2 uses that one person has'],
    ] as const) {
      const { status, body } = await coupons.send<Problem>('PATCH', `/${coupon.id}`, limits);
      expect([status, body.code, body.detail]).toEqual([400, 'COUPON_LIMIT_BELOW_USES', detail]);
    }
    const { body } = await coupons.send('PATCH', `/${coupon.id}`, { maxUses: 3, maxUsesPerUser: 2 });
    expect(body).toMatchObject({ maxUses: 3, maxUsesPerUser: 2, currentUses: 3 });
    await expect(coupons.reserve(coupon)).rejects.toMatchObject({ problem: { code: 'COUPON_USED_UP' } });
  });

  it('of a limit while 30 reserve never lets more through than it says', async () => {
    const coupon = await coupons.created({ maxUses: 30 });
    const [{ status }, ...attempts] = await Promise.all([
      coupons.send('PATCH', `/${coupon.id}`, { maxUses: 5 }),
      ...Array.from({ length: 30 }, () => coupons.reserve(coupon).catch(() => undefined)),
    ]);
    const { currentUses, maxUses } = await coupons.read(coupon.id);
    expect(currentUses).toBe(attempts.filter(Boolean).length);
    expect([status, maxUses]).toEqual(status === 200 ? [200, 5] : [400, 30]);
    expect(currentUses).toBeLessThanOrEqual(maxUses!);
  });
});

describe('a removal', () => {
  it('deletes what was never used, once', async () => {
    const coupon = await coupons.created();
    const { status, body } = await coupons.send<RemovedCouponDto>('DELETE', `/${coupon.id}`);
    expect([status, body]).toEqual([200, { deleted: true, message: 'The coupon is deleted', coupon }]);
    expect((await coupons.send('DELETE', `/${coupon.id}`)).status).toBe(404);
    expect((await coupons.audits(coupon.id))[1]).toMatchObject({
      action: 'coupon.deleted',
      before: { code: coupon.code, ...minimal, ...unsaid },
      after: null,
    });
  });

  it('deactivates what was used, also when the use was returned, and again says so', async () => {
    const coupon = await coupons.created();
    await app.app.get(ReturnCoupon).execute(await coupons.reserve(coupon), 'unpaid');
    for (let round = 0; round < 2; round += 1) {
      const { status, body } = await coupons.send<RemovedCouponDto>('DELETE', `/${coupon.id}`);
      expect([status, body]).toEqual([
        200,
        {
          deleted: false,
          message: 'The coupon has been used: it is deactivated instead',
          coupon: { ...coupon, isActive: false, updatedAt: expect.any(String) },
        },
      ]);
    }
    expect((await coupons.audits(coupon.id)).map(({ action }) => action)).toEqual(['coupon.created', 'coupon.changed']);
    await expect(coupons.reserve(coupon)).rejects.toMatchObject({ problem: { code: 'COUPON_INVALID' } });
  });

  it('of one that is reserved still lets the payment consume it', async () => {
    const coupon = await coupons.created();
    const sessionId = await coupons.reserve(coupon);
    await coupons.send('DELETE', `/${coupon.id}`);
    expect(await app.app.get(ConsumeCoupon).execute(sessionId)).toBe(true);
    expect(await coupons.read(coupon.id)).toMatchObject({ isActive: false, currentUses: 1 });
  });

  it('while others reserve either deletes it before any use or keeps it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const coupon = await coupons.created();
      const [{ body }, ...attempts] = await Promise.all([
        coupons.send<RemovedCouponDto>('DELETE', `/${coupon.id}`),
        ...Array.from({ length: 3 }, () =>
          coupons.reserve(coupon).catch((error: { message: string }) => error.message),
        ),
      ]);
      const reservations = attempts.filter((attempt) => attempt.startsWith('ps_')).length;
      for (const attempt of attempts) expect(attempt).toMatch(/^ps_|^Invalid or inactive coupon$/);
      expect(reservations === 0 || !body.deleted).toBe(true);
    }
  });
});

describe('the list', () => {
  it('is paged, newest first, and filtered by state and by code', async () => {
    await sql(app.database, 'DELETE FROM coupon_uses; DELETE FROM coupons');
    for (const [code, isActive] of [
      ['ALPHA_1', true],
      ['ALPHA12', false],
      ['BETA', true],
    ] as const) {
      await coupons.created({ code, isActive });
    }
    const list = async (query: string) => {
      const { body } = await coupons.send<Page<ManagedCouponDto>>('GET', query);
      return [body.data.map(({ code }) => code), body.pagination.total];
    };
    expect(await list('')).toEqual([['BETA', 'ALPHA12', 'ALPHA_1'], 3]);
    expect(await list('?limit=2&page=2')).toEqual([['ALPHA_1'], 3]);
    expect(await list('?isActive=true')).toEqual([['BETA', 'ALPHA_1'], 2]);
    expect(await list('?isActive=false')).toEqual([['ALPHA12'], 1]);
    expect(await list('?search=alpha')).toEqual([['ALPHA12', 'ALPHA_1'], 2]);
    expect(await list('?search=a_1')).toEqual([['ALPHA_1'], 1]);
    expect(await list('?search=%25')).toEqual([[], 0]);
  });

  it.each(['?isActive=perhaps', '?limit=101', '?sort=code'])('refuses %s', async (query) => {
    expect((await coupons.send<Problem>('GET', query)).body.code).toBe('VALIDATION_FAILED');
  });
});

describe('management', () => {
  const routes: [string, string][] = [
    ['GET', ''],
    ['POST', ''],
    ['GET', '/ID'],
    ['PATCH', '/ID'],
    ['DELETE', '/ID'],
  ];
  it.each(routes)('%s /coupons%s is for admins', async (method, path) => {
    const coupon = await coupons.created();
    const body = method === 'POST' || method === 'PATCH' ? { name: 'Mine' } : undefined;
    const { status } = await coupons.send(method, path.replace('ID', coupon.id), body, student);
    const { status: anonymous } = await app.request(method, `/coupons${path.replace('ID', coupon.id)}`, { body });
    expect([status, anonymous]).toEqual([403, 401]);
    expect(await coupons.read(coupon.id)).toEqual(coupon);
  });

  it.each(['GET', 'PATCH', 'DELETE'])('%s of one that does not exist is not found', async (method) => {
    const body = method === 'PATCH' ? { name: 'None' } : undefined;
    expect(await coupons.send<Problem>(method, '/cpn_none', body)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
  });
});
