import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BranchDto, CenterDto } from '../src/identity/organization/organization.dto.js';
import { WorksAt } from '../src/identity/index.js';
import type { Principal } from '../src/platform/auth/index.js';
import type { Role } from '../src/platform/database/index.js';
import type { Page, ProblemDto } from '../src/platform/http/index.js';
import { startTestApp, type TestApp } from './support/app.js';
import { type Person, person, sql } from './support/people.js';
import { expectStatus } from './support/school.js';

let app: TestApp;
let [admin, staff, student]: Person[] = [];
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  [admin, staff, student] = [await person(app, 'ADMIN'), await person(app, 'STAFF'), await person(app)];
}, 120_000);
afterAll(() => app.close());

const send = <T = ProblemDto>(method: string, path: string, body?: unknown, by = admin) =>
  app.request<T>(method, path, { body, token: by?.token });
const openCenter = async (name = 'Nile Academy') =>
  expectStatus(201, await send<CenterDto>('POST', '/centers', { name }));
const place = { name: 'Westlands', country: 'KE', timeZone: 'Africa/Nairobi' };
const openBranch = async (changes: Record<string, unknown> = {}) => {
  const centerId = changes.centerId ?? (await openCenter()).id;
  return expectStatus(201, await send<BranchDto>('POST', '/branches', { ...place, ...changes, centerId }));
};
const audits = (objectId: string) =>
  sql(app.database, 'SELECT actor_id, action, before, after FROM audit_records WHERE object_id = $1 ORDER BY id', [
    objectId,
  ]);
const pointers = ({ errors = [] }: ProblemDto) => errors.map(({ pointer }) => pointer);

describe('a center', () => {
  it('is opened, read, listed, renamed and closed', async () => {
    const center = await openCenter('Zambezi 100% School');
    expect(center).toEqual({
      id: expect.stringMatching(/^ctr_/),
      name: 'Zambezi 100% School',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await send('GET', `/centers/${center.id}`, undefined, student)).body).toEqual(center);
    const found = await send<Page<CenterDto>>('GET', '/centers?search=zambezi%20100%25&limit=1', undefined, student);
    expect(found.body).toEqual({ data: [center], pagination: { page: 1, limit: 1, total: 1, pages: 1 } });
    expect((await send<Page<CenterDto>>('GET', '/centers?search=zambezi%25')).body.data).toEqual([]);
    const renamed = await send<CenterDto>('PUT', `/centers/${center.id}`, { name: 'Zambezi' });
    expect(renamed.body).toMatchObject({ id: center.id, name: 'Zambezi' });
    expect((await send('DELETE', `/centers/${center.id}`)).status).toBe(204);
    for (const [method, body] of [['GET'], ['PUT', { name: 'X' }], ['DELETE']] as const) {
      expect(await send(method, `/centers/${center.id}`, body)).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      });
    }
    expect((await send<Page<CenterDto>>('GET', '/centers?search=zambezi')).body.data).toEqual([]);
    const kept = await sql(app.database, 'SELECT name FROM centers WHERE id = $1 AND deleted_at IS NOT NULL', [
      center.id,
    ]);
    expect(kept).toEqual([{ name: 'Zambezi' }]);
  });

  it('is not closed while it has branches', async () => {
    const branch = await openBranch();
    const path = `/centers/${branch.centerId}`;
    expect(await send('DELETE', path)).toMatchObject({ status: 409, body: { code: 'CENTER_IN_USE' } });
    expect((await send('GET', path)).status).toBe(200);
    expect((await send('DELETE', `/branches/${branch.id}`)).status).toBe(204);
    expect((await send('DELETE', path)).status).toBe(204);
  });

  it('that is closed while branches are opened in it has either none or is not closed', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await openCenter();
      const [closed, ...opened] = await Promise.all([
        send('DELETE', `/centers/${id}`),
        ...[1, 2, 3].map(() => send('POST', '/branches', { ...place, centerId: id })),
      ]);
      const branches = opened.filter(({ status }) => status === 201).length;
      for (const { status } of opened) expect([201, 404]).toContain(status);
      expect(closed.status).toBe(branches === 0 ? 204 : 409);
    }
  });
});

describe('a branch', () => {
  it('says where it is and how its clocks go', async () => {
    const { id: centerId } = await openCenter();
    const branch = await openBranch({
      ...{ centerId, address: '1 High Street', country: 'uk', region: 'sct', timeZone: 'Europe/London' },
      ...{ nightStart: '22:00', nightEnd: '07:00' },
    });
    expect(branch).toEqual({
      id: expect.stringMatching(/^brn_/),
      ...{
        centerId,
        name: 'Westlands',
        address: '1 High Street',
        country: 'GB',
        region: 'SCT',
        timeZone: 'Europe/London',
      },
      ...{ nightStart: '22:00', nightEnd: '07:00', createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
    expect((await send('GET', `/branches/${branch.id}`, undefined, student)).body).toEqual(branch);
    const changes = { name: 'Leith', region: null, nightStart: null, nightEnd: null };
    const changed = expectStatus(200, await send<BranchDto>('PUT', `/branches/${branch.id}`, changes));
    expect(changed).toEqual({ ...branch, ...changes, updatedAt: expect.any(String) });
    const listed = await send<Page<BranchDto>>('GET', `/branches?centerId=${centerId}&search=LEI`, undefined, student);
    expect(listed.body.data).toEqual([changed]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ country: 'XX' }, '#/country'],
    [{ country: 'KEN' }, '#/country'],
    [{ country: null }, '#/country'],
    [{ region: 'Quebec' }, '#/region'],
    [{ timeZone: '+03:00' }, '#/timeZone'],
    [{ timeZone: 'Mars/Olympus' }, '#/timeZone'],
    [{ name: ' ' }, '#/name'],
    [{ nightStart: '22:00' }, '#/nightEnd'],
    [{ nightEnd: '07:00' }, '#/nightStart'],
    [{ nightStart: '22:00', nightEnd: '22:00' }, '#/nightEnd'],
    [{ nightStart: '07:00', nightEnd: '23:30' }, '#/nightEnd'],
    [{ nightStart: '24:00', nightEnd: '07:00' }, '#/nightStart'],
    [{ nightStart: '9:00', nightEnd: '07:00' }, '#/nightStart'],
    [{ owner: 'me' }, '#/owner'],
  ])('is not one with %j', async (changes, pointer) => {
    const { id: centerId } = await openCenter();
    const { status, body } = await send('POST', '/branches', { ...place, ...changes, centerId });
    expect([status, body.code, [...new Set(pointers(body))]]).toEqual([400, 'VALIDATION_FAILED', [pointer]]);
    const { body: list } = await send<Page<BranchDto>>('GET', `/branches?centerId=${centerId}`);
    expect(list.data).toEqual([]);
    const branch = await openBranch({ centerId });
    expect((await send('PUT', `/branches/${branch.id}`, changes)).status).toBe(400);
    expect((await send('GET', `/branches/${branch.id}`)).body).toEqual(branch);
  });

  it('has a night of up to 16 hours', async () => {
    const branch = await openBranch({ nightStart: '17:00', nightEnd: '09:00' });
    expect(branch).toMatchObject({ nightStart: '17:00', nightEnd: '09:00' });
    const { status, body } = await send('PUT', `/branches/${branch.id}`, { nightEnd: '09:01' });
    expect([status, pointers(body)]).toEqual([400, ['#/nightEnd']]);
    expect((await send('GET', `/branches/${branch.id}`)).body).toEqual(branch);
  });

  it('belongs to a center that there is', async () => {
    const branch = await openBranch();
    expect((await send('POST', '/branches', { ...place, centerId: 'ctr_none' })).status).toBe(404);
    expect((await send('PUT', `/branches/${branch.id}`, { centerId: 'ctr_none' })).status).toBe(404);
    const other = await openCenter();
    expect((await send('PUT', `/branches/${branch.id}`, { centerId: other.id })).body).toMatchObject({
      centerId: other.id,
    });
    expect((await send('PUT', '/branches/brn_none', { name: 'X' })).status).toBe(404);
  });
});

describe('staff', () => {
  it('are put to a branch and taken off it, once each, and both are recorded', async () => {
    const branch = await openBranch();
    const path = `/branches/${branch.id}/staff/${staff!.id}`;
    const [first, ...more] = [
      await send('PUT', path),
      await send('PUT', path),
      ...(await Promise.all([send('PUT', path), send('PUT', path)])),
    ];
    expect(first).toMatchObject({ status: 200, body: { branchId: branch.id, userId: staff!.id } });
    for (const again of more) expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('DELETE', path)).status).toBe(204);
    expect(await audits(branch.id)).toEqual([
      { actor_id: admin!.id, action: 'branch.staff-added', before: null, after: { userId: staff!.id } },
      { actor_id: admin!.id, action: 'branch.staff-removed', before: { userId: staff!.id }, after: null },
    ]);
  });

  it('are only who has the role, at a branch that there is', async () => {
    const branch = await openBranch();
    const put = (branchId: string, userId: string) => send('PUT', `/branches/${branchId}/staff/${userId}`);
    expect(await put(branch.id, student!.id)).toMatchObject({ status: 400, body: { code: 'NOT_STAFF' } });
    expect((await put(branch.id, 'usr_none')).status).toBe(404);
    expect((await put('brn_none', staff!.id)).status).toBe(404);
    expect((await send('DELETE', `/branches/brn_none/staff/${staff!.id}`)).status).toBe(404);
    expect(await audits(branch.id)).toEqual([]);
  });

  it('see the branches where they work and no others, unless they are more than staff', async () => {
    const [own, other] = [await openBranch(), await openBranch()];
    const [only, teacher] = [await person(app, 'STAFF'), await person(app, 'STAFF', 'INSTRUCTOR')];
    for (const { id } of [only, teacher]) await send('PUT', `/branches/${own.id}/staff/${id}`);
    const { body } = await send<Page<BranchDto>>('GET', '/branches', undefined, only);
    expect([body.data, body.pagination.total]).toEqual([[own], 1]);
    expect((await send('GET', `/branches/${own.id}`, undefined, only)).body).toEqual(own);
    expect((await send('GET', `/branches/${other.id}`, undefined, only)).status).toBe(404);
    for (const by of [teacher, admin!, student!]) {
      expect((await send('GET', `/branches/${other.id}`, undefined, by)).status).toBe(200);
      const all = await send<Page<BranchDto>>('GET', '/branches', undefined, by);
      expect(all.body.data.map(({ id }) => id)).toEqual(expect.arrayContaining([own.id, other.id]));
    }
    await send('DELETE', `/branches/${own.id}/staff/${only.id}`);
    expect((await send<Page<BranchDto>>('GET', '/branches', undefined, only)).body.data).toEqual([]);
  });

  it('act where they work, an admin anywhere, and nobody else', async () => {
    const worksAt = app.app.get(WorksAt);
    const [own, other] = [await openBranch(), await openBranch()];
    await send('PUT', `/branches/${own.id}/staff/${staff!.id}`);
    const as = (by: Person, ...roles: Role[]): Principal => ({ userId: by.id, roles, timeZone: 'UTC' });
    const may = (by: Principal) => Promise.all([own, other].map(({ id }) => worksAt.execute(by, id)));
    expect(await may(as(staff!, 'STAFF'))).toEqual([true, false]);
    expect(await may(as(admin!, 'ADMIN'))).toEqual([true, true]);
    expect(await may(as(student!, 'STUDENT', 'INSTRUCTOR'))).toEqual([false, false]);
    // Whoever is no longer staff acts nowhere, whatever the list says.
    expect(await may(as(staff!, 'STUDENT'))).toEqual([false, false]);
    await send('DELETE', `/branches/${own.id}/staff/${staff!.id}`);
    expect(await may(as(staff!, 'STAFF'))).toEqual([false, false]);
  });
});

it('only an admin writes, and who is signed in reads', async () => {
  const branch = await openBranch();
  const writes: [string, string, unknown?][] = [
    ['POST', '/centers', { name: 'Mine' }],
    ['PUT', `/centers/${branch.centerId}`, { name: 'Mine' }],
    ['DELETE', `/centers/${branch.centerId}`],
    ['POST', '/branches', { ...place, centerId: branch.centerId }],
    ['PUT', `/branches/${branch.id}`, { name: 'Mine' }],
    ['DELETE', `/branches/${branch.id}`],
    ['PUT', `/branches/${branch.id}/staff/${staff!.id}`],
    ['DELETE', `/branches/${branch.id}/staff/${staff!.id}`],
  ];
  for (const [method, path, body] of writes) {
    for (const by of [staff!, student!]) expect((await send(method, path, body, by)).status).toBe(403);
    expect((await app.request(method, path, { body })).status).toBe(401);
  }
  for (const path of ['/centers', '/branches', `/centers/${branch.centerId}`, `/branches/${branch.id}`])
    expect((await app.request('GET', path)).status).toBe(401);
  expect((await send('GET', `/branches/${branch.id}`)).body).toEqual(branch);
});
