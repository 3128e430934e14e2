import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import type { Page } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import { ConsumeCoupon, ReserveCoupon, ReturnCoupon } from '../index.js';
import type { ManagedCouponDto, RemovedCouponDto } from './coupons.dto.js';

let app: TestApp;
let admin: Person;
let student: Person;
let number = 0;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  [admin, student] = await Promise.all([person(app, 'ADMIN'), person(app, 'INSTRUCTOR', 'STAFF')]);
});
afterAll(() => app.close());
keepBooks(() => app);

type Fields = Record<string, unknown>;
interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string }[];
}
const minimal = { name: 'Ten off', discountType: 'PERCENTAGE', discountValue: 10 };
const send = <T = ManagedCouponDto>(method: string, path: string, body?: Fields, who: Person | undefined = admin) =>
  app.request<T>(method, `/coupons${path}`, { body, token: who?.token });
const create = <T = ManagedCouponDto>(fields: Fields = {}) =>
  send<T>('POST', '', { ...minimal, code: `CODE-${(number += 1)}`, ...fields });
async function created(fields: Fields = {}): Promise<ManagedCouponDto> {
  const { status, body } = await create(fields);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}
const read = async (id: string) => (await send('GET', `/${id}`)).body;
const count = async () => (await sql<{ n: number }>(app.database, 'SELECT count(*)::int AS n FROM coupons'))[0]!.n;
const pointers = ({ errors }: Problem) => [...new Set(errors?.map(({ pointer }) => pointer))];
const audits = (id: string) =>
  sql(
    app.database,
    'SELECT actor_id AS actor, action, object_type AS type, before, after, request_id FROM audit_records WHERE object_id = $1 ORDER BY at, id',
    [id],
  );
async function reserve({ code }: ManagedCouponDto, userId = `usr_${(number += 1)}`): Promise<string> {
  const sessionId = newId('paymentSession');
  await app.app.get(ReserveCoupon).execute({
    ...{ code, userId, sessionId, itemKind: 'course', itemId: 'crs_any' },
    ...{ price: Money.of(9999, 'USD'), firstPurchase: true },
  });
  return sessionId;
}

const full = {
  name: 'Summer',
  description: 'Until the leaves fall.',
  discountType: 'FIXED_AMOUNT',
  discountValue: 1500,
  currency: 'USD',
  maxUses: 100,
  maxUsesPerUser: 2,
  isActive: false,
  isPublic: true,
  validFrom: '2026-06-01T00:00:00.000Z',
  validUntil: '2026-09-01T00:00:00.000Z',
  minimumAmount: 5000,
  maximumDiscount: 1200,
  applicableCourses: ['crs_01k9z3yq2ee6s8dt2v8r4gqv7m'],
  applicableKinds: ['course', 'bundle'],
  firstPurchaseOnly: true,
  returnOnRefund: true,
};
const unsaid = {
  description: '',
  currency: null,
  maxUses: null,
  maxUsesPerUser: null,
  isActive: true,
  isPublic: false,
  validFrom: null,
  validUntil: null,
  minimumAmount: null,
  maximumDiscount: null,
  applicableCourses: [],
  applicableKinds: [],
  firstPurchaseOnly: false,
  returnOnRefund: false,
};
const kept = {
  id: expect.stringMatching(/^cpn_/),
  currentUses: 0,
  createdAt: expect.any(String),
  updatedAt: expect.any(String),
};

describe('a new coupon', () => {
  it('has all that was said of it, and leaves an audit record', async () => {
    const { status, body, headers } = await create({ ...full, code: 'Summer_26' });
    expect([status, body]).toEqual([201, { ...full, ...kept, code: 'SUMMER_26' }]);
    expect(await read(body.id)).toEqual(body);
    const record = { actor: admin.id, action: 'coupon.created', type: 'coupon', before: null };
    expect(await audits(body.id)).toEqual([
      { ...record, after: { ...full, code: 'SUMMER_26' }, request_id: headers.get('x-request-id') },
    ]);
  });

  it('has defaults for what was not said', async () => {
    expect(await created({ code: 'plain' })).toEqual({ ...minimal, ...unsaid, ...kept, code: 'PLAIN' });
  });

  it.each([10, 0.01, 12.5, 33.33, 99.99, 100, 0.07, 1.15])(
    'gives %s per cent back as it was given',
    async (percent) => {
      const { id, discountValue } = await created({ discountValue: percent });
      expect(discountValue).toBe(percent);
      const [row] = await sql<{ value: string }>(
        app.database,
        'SELECT discount_value AS value FROM coupons WHERE id = $1',
        [id],
      );
      expect(row!.value).toBe(String(Math.round(percent * 100)));
    },
  );

  it.each<[string, Fields, string[]]>([
    ['no code', { code: undefined }, ['#/code']],
    ['a short code', { code: 'ab' }, ['#/code']],
    ['a long code', { code: 'x'.repeat(41) }, ['#/code']],
    ['a code with a blank', { code: 'TEN OFF' }, ['#/code']],
    ['a code with an umlaut', { code: 'SÜSS' }, ['#/code']],
    ['no name', { name: '' }, ['#/name']],
    ['another type', { discountType: 'GIFT' }, ['#/discountType']],
    ['nothing off', { discountValue: 0 }, ['#/discountValue']],
    ['less than nothing off', { discountValue: -5 }, ['#/discountValue']],
    ['three decimals', { discountValue: 10.125 }, ['#/discountValue']],
    ['next to nothing', { discountValue: 1e-7 }, ['#/discountValue']],
    ['a value as text', { discountValue: '10' }, ['#/discountValue']],
    ['more than all', { discountValue: 100.01 }, ['#/discountValue']],
    ['a broken amount', { discountType: 'FIXED_AMOUNT', discountValue: 9.99, currency: 'USD' }, ['#/discountValue']],
    ['an amount without a currency', { discountType: 'FIXED_AMOUNT', discountValue: 500 }, ['#/currency']],
    ['a minimum without a currency', { minimumAmount: 500 }, ['#/currency']],
    ['a cap without a currency', { maximumDiscount: 500 }, ['#/currency']],
    ['no such currency', { currency: 'XXZ' }, ['#/currency']],
    ['a cap of nothing', { maximumDiscount: 0, currency: 'USD' }, ['#/maximumDiscount']],
    ['no uses at all', { maxUses: 0 }, ['#/maxUses']],
    ['too many uses to count', { maxUses: 2_147_483_648 }, ['#/maxUses']],
    ['half a use a person', { maxUsesPerUser: 0.5 }, ['#/maxUsesPerUser']],
    ['no moment', { validFrom: 'tomorrow' }, ['#/validFrom']],
    [
      'an end before the start',
      { validFrom: '2026-02-01T00:00:00Z', validUntil: '2026-02-01T00:00:00Z' },
      ['#/validUntil'],
    ],
    ['something that is no course', { applicableCourses: ['usr_1'] }, ['#/applicableCourses']],
    ['no list of kinds', { applicableKinds: 'course' }, ['#/applicableKinds']],
    ['a flag as text', { isActive: 'yes' }, ['#/isActive']],
    ['null for a flag', { isPublic: null }, ['#/isPublic']],
    ['its own count of uses', { currentUses: 0 }, ['#/currentUses']],
    [
      'several things at once',
      { discountValue: 101, minimumAmount: 1, validFrom: '2026-02-01T00:00:00Z', validUntil: '2026-01-01T00:00:00Z' },
      ['#/discountValue', '#/currency', '#/validUntil'],
    ],
  ])('with %s is refused, and named', async (_what, fields, expected) => {
    const before = await count();
    const { status, body } = await create<Problem>(fields);
    expect([status, body.code, pointers(body)]).toEqual([400, 'VALIDATION_FAILED', expected]);
    expect(await count()).toBe(before);
  });

  it('cannot have the code of another, in whatever case, also when 20 try at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create<Problem>({ code: index % 2 === 0 ? 'same-code' : 'SAME-CODE' })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter(({ status }) => status !== 201))
      expect([status, body.code]).toEqual([409, 'COUPON_CODE_TAKEN']);
  });
});

describe('a change', () => {
  it('leaves what is not mentioned, and an audit record of before and after', async () => {
    const coupon = await created(full);
    const { status, body } = await send('PATCH', `/${coupon.id}`, { discountValue: 999, maxUses: null });
    expect([status, body]).toEqual([
      200,
      { ...coupon, discountValue: 999, maxUses: null, updatedAt: expect.any(String) },
    ]);
    expect(await read(coupon.id)).toEqual(body);
    expect((await audits(coupon.id))[1]).toMatchObject({
      actor: admin.id,
      action: 'coupon.changed',
      before: full,
      after: { ...full, discountValue: 999, maxUses: null },
    });
  });

  it('of nothing leaves no record', async () => {
    const coupon = await created(full);
    for (const same of [{}, { ...full }, { validFrom: '2026-06-01T02:00:00+02:00' }]) {
      expect((await send('PATCH', `/${coupon.id}`, same)).body).toEqual(coupon);
    }
    expect(await audits(coupon.id)).toHaveLength(1);
  });

  it.each<[string, Fields, string[]]>([
    ['another type without its value', { discountType: 'PERCENTAGE' }, ['#/discountValue']],
    ['a type that its value does not fit', { discountType: 'PERCENTAGE', discountValue: 101 }, ['#/discountValue']],
    ['no currency any more', { currency: null }, ['#/currency']],
    ['an end before its start', { validUntil: '2026-05-01T00:00:00Z' }, ['#/validUntil']],
    ['another code', { code: 'OTHER' }, ['#/code']],
    ['null for its name', { name: null }, ['#/name']],
  ])('to %s is refused, and named', async (_what, fields, expected) => {
    const coupon = await created(full);
    const { status, body } = await send<Problem>('PATCH', `/${coupon.id}`, fields);
    expect([status, body.code, pointers(body)]).toEqual([400, 'VALIDATION_FAILED', expected]);
    expect(await read(coupon.id)).toEqual(coupon);
    expect(await audits(coupon.id)).toHaveLength(1);
  });

  it('cannot take a limit below the uses that there are', async () => {
    const coupon = await created({ maxUses: 10, maxUsesPerUser: 5 });
    for (const userId of ['usr_a', 'usr_a', 'usr_b']) await reserve(coupon, userId);
    for (const [limits, detail] of [
      [{ maxUses: 2 }, 'maxUses cannot be lower than the 3 uses there are'],
      [{ maxUsesPerUser: 1 }, 'maxUsesPerUser cannot be lower than the 2 uses that one person has'],
    ] as const) {
      const { status, body } = await send<Problem>('PATCH', `/${coupon.id}`, limits);
      expect([status, body.code, body.detail]).toEqual([400, 'COUPON_LIMIT_BELOW_USES', detail]);
    }
    const { body } = await send('PATCH', `/${coupon.id}`, { maxUses: 3, maxUsesPerUser: 2 });
    expect(body).toMatchObject({ maxUses: 3, maxUsesPerUser: 2, currentUses: 3 });
    await expect(reserve(coupon)).rejects.toMatchObject({ problem: { code: 'COUPON_USED_UP' } });
  });

  it('of a limit while 30 reserve never lets more through than it says', async () => {
    const coupon = await created({ maxUses: 30 });
    const [{ status }, ...attempts] = await Promise.all([
      send('PATCH', `/${coupon.id}`, { maxUses: 5 }),
      ...Array.from({ length: 30 }, () => reserve(coupon).catch(() => undefined)),
    ]);
    const { currentUses, maxUses } = await read(coupon.id);
    expect(currentUses).toBe(attempts.filter(Boolean).length);
    expect([status, maxUses]).toEqual(status === 200 ? [200, 5] : [400, 30]);
    expect(currentUses).toBeLessThanOrEqual(maxUses!);
  });
});

describe('a removal', () => {
  it('deletes what was never used, once', async () => {
    const coupon = await created();
    const { status, body } = await send<RemovedCouponDto>('DELETE', `/${coupon.id}`);
    expect([status, body]).toEqual([200, { deleted: true, message: 'The coupon is deleted', coupon }]);
    expect((await send('DELETE', `/${coupon.id}`)).status).toBe(404);
    expect((await audits(coupon.id))[1]).toMatchObject({
      action: 'coupon.deleted',
      before: { code: coupon.code, ...minimal, ...unsaid },
      after: null,
    });
  });

  it('deactivates what was used, also when the use was returned, and again says so', async () => {
    const coupon = await created();
    await app.app.get(ReturnCoupon).execute(await reserve(coupon), 'unpaid');
    for (let round = 0; round < 2; round += 1) {
      const { status, body } = await send<RemovedCouponDto>('DELETE', `/${coupon.id}`);
      expect([status, body]).toEqual([
        200,
        {
          deleted: false,
          message: 'The coupon has been used: it is deactivated instead',
          coupon: { ...coupon, isActive: false, updatedAt: expect.any(String) },
        },
      ]);
    }
    expect((await audits(coupon.id)).map(({ action }) => action)).toEqual(['coupon.created', 'coupon.changed']);
    await expect(reserve(coupon)).rejects.toMatchObject({ problem: { code: 'COUPON_INVALID' } });
  });

  it('of one that is reserved still lets the payment consume it', async () => {
    const coupon = await created();
    const sessionId = await reserve(coupon);
    await send('DELETE', `/${coupon.id}`);
    expect(await app.app.get(ConsumeCoupon).execute(sessionId)).toBe(true);
    expect(await read(coupon.id)).toMatchObject({ isActive: false, currentUses: 1 });
  });

  it('while others reserve either deletes it before any use or keeps it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const coupon = await created();
      const [{ body }, ...attempts] = await Promise.all([
        send<RemovedCouponDto>('DELETE', `/${coupon.id}`),
        ...Array.from({ length: 3 }, () => reserve(coupon).catch((error: { message: string }) => error.message)),
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
      await created({ code, isActive });
    }
    const list = async (query: string) => {
      const { body } = await send<Page<ManagedCouponDto>>('GET', query);
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
    expect((await send<Problem>('GET', query)).body.code).toBe('VALIDATION_FAILED');
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
    const coupon = await created();
    const body = method === 'POST' || method === 'PATCH' ? { name: 'Mine' } : undefined;
    const { status } = await send(method, path.replace('ID', coupon.id), body, student);
    const { status: anonymous } = await app.request(method, `/coupons${path.replace('ID', coupon.id)}`, { body });
    expect([status, anonymous]).toEqual([403, 401]);
    expect(await read(coupon.id)).toEqual(coupon);
  });

  it.each(['GET', 'PATCH', 'DELETE'])('%s of one that does not exist is not found', async (method) => {
    const body = method === 'PATCH' ? { name: 'None' } : undefined;
    expect(await send<Problem>(method, '/cpn_none', body)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});
