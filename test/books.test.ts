import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountDto, EntriesDto } from '../src/finance/books/books.dto.js';
import { Desk, feeOf, type Sale } from './support/giving-back.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* The ledger as an admin reads it: accounts, and entries page by page. */

let school: School;
let desk: Desk;
let sales: Sale[];
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
  sales = [await desk.buy({ country: 'DE' }), await desk.buy()];
});
afterAll(() => school.close());

const accounts = async (query = '') =>
  expectStatus(200, await school.get<AccountDto[]>(`/finance/ledger/accounts${query}`, school.admin.token));
const entries = async (query: string) =>
  expectStatus(200, await school.get<EntriesDto>(`/finance/ledger/entries?${query}`, school.admin.token));
const kinds = async (query: string) => (await entries(query)).data.map(({ kind }) => kind);

it.each(['accounts', 'entries', 'trial-balance', 'export?format=csv'])('%s: for admins alone', async (path) => {
  for (const { token } of [school.student, school.instructor, await person(school, 'STAFF')])
    expect((await school.get(`/finance/ledger/${path}`, token)).status).toBe(403);
  expect((await school.get(`/finance/ledger/${path}`)).status).toBe(401);
});

describe('accounts', () => {
  it('are listed by code, with their balances on their normal side', async () => {
    const fees = feeOf(11_900) + feeOf(10_000);
    const all = await accounts();
    expect(all.map(({ code }) => code)).toEqual(all.map(({ code }) => code).toSorted());
    expect(all.map(({ code, balance }) => [code, balance])).toEqual([
      ['asset:provider:stripe', 21_900 - fees],
      ['expense:provider-fees', fees],
      [`liability:earnings-pending:${school.instructor.id}`, 14_000],
      ['liability:tax:de', 1900],
      ['revenue:courses', 6000],
    ]);
    expect(all[0]).toMatchObject({ type: 'ASSET', currency: 'USD', ownerId: null, debits: 21_900, credits: fees });
    expect(all[2]).toMatchObject({ ownerId: school.instructor.id, debits: 0, credits: 14_000 });
  });

  it('are narrowed to a branch of the chart', async () => {
    expect((await accounts('?prefix=liability:tax')).map(({ code }) => code)).toEqual(['liability:tax:de']);
    expect(await accounts('?prefix=tax')).toEqual([]);
  });
});

describe('entries', () => {
  it('come newest first, page by page, each once', async () => {
    const whole = await entries('limit=4');
    expect([whole.data.length, whole.nextCursor]).toEqual([4, null]);
    const ids = whole.data.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    const paged: string[] = [];
    let cursor = '';
    for (const size of [3, 1]) {
      const { data, nextCursor } = await entries(`limit=3${cursor}`);
      expect(data).toHaveLength(size);
      paged.push(...data.map(({ id }) => id));
      cursor = `&cursor=${nextCursor}`;
    }
    expect(paged).toEqual(ids);
    expect(cursor).toBe('&cursor=null');
  });

  it('are found by object, kind and account, and from a moment on until before another', async () => {
    const [german, other] = sales as [Sale, Sale];
    expect(await kinds(`objectId=${german.paymentId}`)).toEqual(['provider.settled', 'course.sold']);
    expect((await entries('kind=course.sold')).data.map(({ objectId }) => objectId)).toEqual([
      other.paymentId,
      german.paymentId,
    ]);
    expect((await entries('account=liability:tax:de')).data.map(({ objectId }) => objectId)).toEqual([
      german.paymentId,
    ]);
    const [at] = (await entries(`kind=course.sold&objectId=${other.paymentId}`)).data.map(
      ({ effectiveAt }) => effectiveAt,
    );
    expect(await kinds(`from=${String(at)}`)).toEqual(['provider.settled', 'course.sold']);
    expect(await kinds(`to=${String(at)}`)).toEqual(['provider.settled', 'course.sold']);
  });
});
