import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus } from '../../../test/support/school.js';
import type { CourseDto } from './courses.dto.js';

let app: TestApp;
let instructor: Person;
beforeAll(async () => {
  app = await startTestApp({ MAX_PRICES: 'KES:1500000,JPY:2000000' });
  instructor = await person(app, 'INSTRUCTOR');
});
afterAll(() => app.close());
keepBooks(() => app);

type Fields = Record<string, unknown>;
interface Problem {
  code: string;
  detail: string;
  errors: { pointer: string; detail: string }[];
}

const usd = { currency: 'USD', amount: 9999 };
const eur = { currency: 'EUR', amount: 8999 };
const yen = { currency: 'JPY', amount: 15_000 };
const fils = { currency: 'KWD', amount: 30_500 };
const premium = {
  title: 'Swahili',
  description: 'From greetings on.',
  category: 'languages',
  isPremium: true,
  price: 9999,
  currency: 'USD',
};
const free = { ...premium, isPremium: false, price: 0 };

const create = <T = CourseDto>(fields: Fields) => app.post<T>('/courses', { ...premium, ...fields }, instructor.token);
const created = async (prices: Fields[] = []) => expectStatus(201, await create({ prices }));
const change = <T = CourseDto>(id: string, body: Fields, method = 'PATCH') =>
  app.request<T>(method, `/courses/${id}`, { body, token: instructor.token });
const read = async (id: string) => (await app.get<CourseDto>(`/courses/${id}`, instructor.token)).body;
const rows = () => sql(app.database, 'SELECT * FROM course_prices ORDER BY course_id, currency');

describe('a price list', () => {
  it('is answered whole, the default price first, in whatever order it was given', async () => {
    const course = await created([fils, yen, eur]);
    expect([course.price, course.currency, course.prices]).toEqual([9999, 'USD', [usd, eur, yen, fils]]);
    expect(await read(course.id)).toEqual(course);
    const list = await app.get<{ data: CourseDto[] }>('/courses?keyword=swahili', instructor.token);
    expect(list.body.data.find(({ id }) => id === course.id)?.prices).toEqual([usd, eur, yen, fils]);
  });

  it('has the default price alone when nothing else is said, and of a free course its 0', async () => {
    expect((await create({})).body.prices).toEqual([usd]);
    expect((await create(free)).body.prices).toEqual([{ currency: 'USD', amount: 0 }]);
    expect((await create({ ...free, prices: [] })).status).toBe(201);
  });

  it('takes currencies in any case', async () => {
    expect((await created([{ currency: 'eur', amount: 5 }])).prices).toEqual([usd, { currency: 'EUR', amount: 5 }]);
  });

  it.each([
    ['EUR', 1_000_000],
    ['KWD', 10_000_000],
    ['KES', 150_000_000],
    ['JPY', 2_000_000],
  ])('goes up to the limit of each currency, in its own minor units: %s %d', async (currency, amount) => {
    const highest = { currency, amount };
    expect((await created([highest])).prices).toEqual([usd, highest]);
    expect((await create({ currency, price: amount })).body.prices).toEqual([highest]);
    const over = { currency, amount: amount + 1 };
    for (const [fields, pointer] of [
      [{ prices: [over] }, '#/prices/0/amount'],
      [{ currency, price: over.amount }, '#/price'],
    ] as const) {
      const { body } = await create<Problem>(fields);
      expect([body.code, body.errors.map((error) => error.pointer)]).toEqual(['PRICE_TOO_HIGH', [pointer]]);
    }
  });

  it.each<[string, Fields, string, string[]]>([
    ['a currency twice', { prices: [eur, eur] }, 'CURRENCY_REPEATED', ['#/prices/1/currency']],
    ['the default one', { prices: [eur, usd] }, 'CURRENCY_REPEATED', ['#/prices/1/currency']],
    ['one not offered', { prices: [{ currency: 'CHF', amount: 1 }] }, 'CURRENCY_NOT_OFFERED', ['#/prices/0/currency']],
    ['prices of what is free', { ...free, prices: [eur] }, 'PRICE_MISMATCH', ['#/prices']],
    [
      'many flaws',
      {
        currency: 'CHF',
        price: 0,
        prices: [eur, { currency: 'XAF', amount: 1 }, { ...yen, amount: 2_000_001 }, { ...eur, amount: 1_000_001 }],
      },
      'PRICE_MISMATCH',
      ['#/price', '#/currency', '#/prices/1/currency', '#/prices/2/amount', '#/prices/3/currency', '#/prices/3/amount'],
    ],
  ])('is refused as a whole, with every flaw in its place: %s', async (_, fields, code, pointers) => {
    const standing = await created([eur]);
    const before = [await rows(), await read(standing.id)];
    for (const answer of [
      await create<Problem>(fields),
      await change<Problem>(standing.id, { ...premium, ...fields }, 'PUT'),
      await change<Problem>(standing.id, fields),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([400, code]);
      expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(pointers);
      expect(answer.body.errors.every(({ detail }) => detail.length > 0)).toBe(true);
    }
    expect([await rows(), await read(standing.id)]).toEqual(before);
  });

  it.each<[string, unknown, string]>([
    ['nothing', null, '#/prices'],
    ['no list', { EUR: 5 }, '#/prices'],
    ['a list of amounts', [5], '#/prices'],
    ['a gap', [null], '#/prices'],
    ['no amount', [{ currency: 'EUR' }], '#/prices/0/amount'],
    ['an amount of 0', [eur, { ...yen, amount: 0 }], '#/prices/1/amount'],
    ['an amount below 0', [{ ...eur, amount: -1 }], '#/prices/0/amount'],
    ['half a cent', [{ ...eur, amount: 10.5 }], '#/prices/0/amount'],
    ['an amount in words', [{ ...eur, amount: '10' }], '#/prices/0/amount'],
    ['more than JSON can carry', [{ ...eur, amount: 2 ** 53 }], '#/prices/0/amount'],
    ['no currency', [{ amount: 10 }], '#/prices/0/currency'],
    ['an unknown currency', [{ ...eur, currency: 'EURO' }], '#/prices/0/currency'],
    ['more than was asked', [{ ...eur, default: true }], '#/prices/0/default'],
    ['201 prices', Array(201).fill(eur), '#/prices'],
  ])('is not valid: %s', async (_, prices, pointer) => {
    const standing = await created([eur]);
    const before = await rows();
    for (const answer of [await create<Problem>({ prices }), await change<Problem>(standing.id, { prices })]) {
      expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(answer.body.errors.map((error) => error.pointer.slice(0, pointer.length))).toContain(pointer);
    }
    expect(await rows()).toEqual(before);
  });
});

it('a list in a list is no price list either', async () => {
  const before = await rows();
  expect([(await create({ prices: [[eur]] })).status, (await create({ prices: [[]] })).status]).toEqual([400, 400]);
  expect(await rows()).toEqual(before);
});

describe('a price list is changed', () => {
  it('by PATCH as a whole when it is given, and stays when it is not', async () => {
    const { id } = await created([eur, yen]);
    expect((await change(id, { title: 'Kiswahili' })).body.prices).toEqual([usd, eur, yen]);
    expect((await change(id, { price: 5 })).body.prices).toEqual([{ currency: 'USD', amount: 5 }, eur, yen]);
    expect((await change(id, { prices: [{ ...yen, amount: 1 }, fils] })).body.prices.slice(1)).toEqual([
      { ...yen, amount: 1 },
      fils,
    ]);
    expect((await change(id, { prices: [] })).body.prices).toEqual([{ currency: 'USD', amount: 5 }]);
  });

  it('by PUT to what it says: nothing when it does not', async () => {
    const { id } = await created([eur]);
    expect((await change(id, { ...premium, prices: [yen] }, 'PUT')).body.prices).toEqual([usd, yen]);
    expect((await change(id, premium, 'PUT')).body.prices).toEqual([usd]);
  });

  it('when the course becomes free: it has none any more', async () => {
    const { id } = await created([eur, yen]);
    expect((await change(id, { isPremium: false, price: 0 })).body.prices).toEqual([{ currency: 'USD', amount: 0 }]);
    expect((await change(id, { isPremium: true, price: 9999 })).body.prices).toEqual([usd]);
  });

  it('together with the default currency, which may be one of its own only if it gives that up', async () => {
    const course = await created([eur]);
    const { status, body } = await change<Problem>(course.id, { currency: 'EUR' });
    expect([status, body.code, body.errors]).toMatchObject([400, 'CURRENCY_REPEATED', [{ pointer: '#/currency' }]]);
    expect(await read(course.id)).toEqual(course);
    const swapped = await change(course.id, { currency: 'EUR', price: 8999, prices: [usd] });
    expect(swapped.body.prices).toEqual([eur, usd]);
    expect((await change(course.id, { currency: 'GBP' })).body.prices).toEqual([{ ...eur, currency: 'GBP' }, usd]);
  });

  it('but what stands is not judged again when the settings have changed since', async () => {
    const { id } = await created([eur]);
    await sql(app.database, "UPDATE course_prices SET currency = 'CHF', amount = 7000000 WHERE course_id = $1", [id]);
    const old = { currency: 'CHF', amount: 7_000_000 };
    expect((await change(id, { price: 1 })).body.prices[1]).toEqual(old);
    expect((await change(id, { prices: [old, yen] })).body.prices.slice(1)).toEqual([old, yen]);
    expect((await change<Problem>(id, { prices: [{ ...old, amount: 1 }] })).body.code).toBe('CURRENCY_NOT_OFFERED');
  });

  it('by many at once: one of them has the last word, whole', async () => {
    const { id } = await created([eur]);
    const lists = [[eur], [yen, fils], [], [{ ...eur, amount: 1 }, yen], [fils]];
    const answers = await Promise.all(lists.map((prices) => change(id, { prices })));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(lists).toContainEqual((await read(id)).prices.slice(1));
  });

  it('never to have its default currency twice, in whatever order two changes come', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await created();
      const answers = await Promise.all([change(id, { currency: 'EUR' }), change(id, { prices: [eur] })]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
      const { currency, prices } = await read(id);
      expect([currency, prices.length]).toEqual(answers[0].status === 200 ? ['EUR', 1] : ['USD', 2]);
    }
  });

  it('never to cost anything once free, in whatever order two changes come', async () => {
    const { id } = await created();
    await Promise.all([change(id, { isPremium: false, price: 0 }), change(id, { prices: [eur] })]);
    const { isPremium, prices } = await read(id);
    expect([isPremium, prices]).toEqual([false, [{ currency: 'USD', amount: 0 }]]);
  });

  it('to nothing when the course is deleted', async () => {
    const { id } = await created([eur]);
    expect((await app.request('DELETE', `/courses/${id}`, { token: instructor.token })).status).toBe(204);
    expect(await sql(app.database, 'SELECT 1 FROM course_prices WHERE course_id = $1', [id])).toEqual([]);
  });
});
