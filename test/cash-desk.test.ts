import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CashboxDto } from '../src/finance/cash/cash.dto.js';
import type { Page } from '../src/platform/http/index.js';
import { goTo, openCashDesk, nothing, signedIn } from './support/cash-desk.js';
import { keepBooks } from './support/keep-books.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { statementsOf } from './support/statements.js';

let school: School;
let admin: Person;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  // 10 in the morning in Berlin, far from its midnight.
  goTo(school, '2031-02-03T09:00:00Z');
  admin = await signedIn(school, school.admin);
}, 60_000);
afterAll(() => school.close());
keepBooks(() => school);

const list = async (by: Person, query = '') =>
  expectStatus(200, await school.get<Page<CashboxDto>>(`/finance/cashboxes${query}`, by.token));

describe('the list of cash desks', () => {
  it('shows staff their own without a figure, an admin all of them with the balances', async () => {
    const { desk, staff } = await openCashDesk(school);
    const other = await openCashDesk(school);
    await desk.moved('FLOAT', 5000);
    await desk.moved('FLOAT', 70, { currency: 'EUR' });
    const shown = {
      id: desk.id,
      branchId: desk.branchId,
      branchName: 'Branch',
      timeZone: 'Europe/Berlin',
      today: '2031-02-03',
      branchClosed: false,
    };
    const blind = ['EUR', 'USD'].map((currency) => ({ currency, balance: null, closedToday: false }));
    expect(await list(staff)).toEqual({
      data: [{ ...shown, drawers: blind }],
      pagination: { page: 1, limit: 20, total: 1, pages: 1 },
    });
    expect(await desk.box()).toEqual({ ...shown, drawers: blind });

    const drawers = [
      { currency: 'EUR', balance: 70, closedToday: false },
      { currency: 'USD', balance: 5000, closedToday: false },
    ];
    const { data, pagination } = await list(admin, '?limit=2');
    expect(data).toEqual([expect.objectContaining({ id: other.desk.id, drawers: [] }), { ...shown, drawers }]);
    expect(pagination).toMatchObject({ limit: 2, total: pagination.total });
    expect((await list(admin, '?limit=1&page=2')).data).toEqual(data.slice(1));
    expect(await desk.box(admin)).toEqual({ ...shown, drawers });
  });

  it('asks the database two questions, whatever there is to show', async () => {
    const asked = await statementsOf(() => list(admin));
    expect(asked.filter((text) => text.includes('FROM branches b'))).toHaveLength(2);
  });

  it('keeps a branch that is closed for good as long as there is money in its drawer, for admins', async () => {
    const { desk, staff } = await openCashDesk(school);
    await desk.moved('FLOAT', 300);
    expect((await school.request('DELETE', `/branches/${desk.branchId}`, { token: admin.token })).status).toBe(409);
    await school.sql('DELETE FROM classes WHERE branch_id = $1', [desk.branchId]);
    expectStatus(204, await school.request('DELETE', `/branches/${desk.branchId}`, { token: admin.token }));

    expect((await list(staff)).data).toEqual([]);
    expect((await desk.move('BANKING', 300)).status).toBe(404);
    expect((await desk.count(300)).status).toBe(404);
    expect((await desk.summary(staff)).status).toBe(404);
    const closed = expect.objectContaining({ id: desk.id, branchClosed: true });
    expect((await list(admin)).data).toContainEqual(closed);
    await desk.moved('BANKING', 300, { by: admin });
    expect((await list(admin)).data).not.toContainEqual(closed);
    expect(await desk.day(admin)).toMatchObject({ floats: 300, banked: 300, closing: 0 });
  });
});

describe('whose cash desk it is', () => {
  it('is nobody else’s: staff elsewhere find none, students may not ask, and nothing has changed', async () => {
    const { desk, door } = await openCashDesk(school);
    const elsewhere = (await openCashDesk(school)).staff;
    const student = await door.person(0);
    // Teaching somewhere does not open the drawers.
    const teacher = await door.person(0, ['STAFF', 'INSTRUCTOR']);
    const attempts = (by: Person) => [
      school.get(`/finance/cashboxes/branch/${desk.branchId}`, by.token),
      desk.summary(by),
      desk.move('FLOAT', 100, { by }),
      desk.count(100, { by }),
    ];
    const statuses = async (by: Person) => (await Promise.all(attempts(by))).map(({ status }) => status);
    expect(await statuses(elsewhere)).toEqual([404, 404, 404, 404]);
    expect(await statuses(teacher)).toEqual([404, 404, 404, 404]);
    expect(await statuses(student)).toEqual([403, 403, 403, 403]);
    expect((await list(teacher)).data).toEqual([]);
    expect((await school.get('/finance/cashboxes', student.token)).status).toBe(403);
    expect(await desk.written()).toEqual(nothing);
    expect(await statuses(admin)).toEqual([200, 200, 201, 201]);
  });

  it('is told by its id: any other finds nothing', async () => {
    for (const id of ['cbx_unknown', 'brn_unknown', 'nonsense', (await openCashDesk(school)).desk.branchId]) {
      const movement = { kind: 'FLOAT', amount: 1, currency: 'USD', reason: 'x' };
      expect((await school.post(`/finance/cashboxes/${id}/movements`, movement, admin.token)).status).toBe(404);
      const count = { currency: 'USD', countedAmount: 1 };
      expect((await school.post(`/finance/cashboxes/${id}/audit`, count, admin.token)).status).toBe(404);
    }
    expect((await school.get('/finance/cashboxes/branch/brn_unknown', admin.token)).status).toBe(404);
    expect((await school.get('/finance/cashboxes/branch/brn_unknown/daily-summary', admin.token)).status).toBe(404);
  });
});
