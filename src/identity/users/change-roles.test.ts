import pg from 'pg';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { call, createAdmin, register } from '../../../test/support/identity.js';
import { Database, type Role } from '../../platform/database/index.js';
import type { SignedInDto, UserDto } from '../identity.dto.js';

let app: TestApp;
let admin: SignedInDto;
beforeAll(async () => {
  app = await startTestApp();
  admin = await createAdmin(app);
});
afterAll(() => app.close());

function setRoles(userId: string, roles: unknown, by = admin) {
  return call<UserDto>(app, `PATCH /users/${userId}/roles`, { body: { roles }, token: by.accessToken });
}
const audits = (objectId: string) => app.app.get(Database).client.auditRecord.findMany({ where: { objectId } });
const rolesOf = async (id: string) =>
  (await app.app.get(Database).client.user.findUniqueOrThrow({ where: { id } })).roles;

describe('changing roles', () => {
  it('replaces them all, in whatever order and case they come', async () => {
    const { user } = await register(app);
    expect((await setRoles(user.id, ['staff', 'Instructor'])).body.roles).toEqual(['INSTRUCTOR', 'STAFF']);
    expect(await rolesOf(user.id)).toEqual(['INSTRUCTOR', 'STAFF']);
  });

  it('leaves an audit record: who, what, before, after, from where', async () => {
    const { user } = await register(app);
    const { headers } = await setRoles(user.id, ['STUDENT', 'INSTRUCTOR']);
    expect(await audits(user.id)).toEqual([
      expect.objectContaining({
        actorId: admin.user.id,
        action: 'user.roles-changed',
        objectType: 'user',
        before: { roles: ['STUDENT'] },
        after: { roles: ['STUDENT', 'INSTRUCTOR'] },
        ip: expect.stringContaining('127.0.0.1') as string,
        requestId: headers.get('x-request-id'),
      }),
    ]);
  });

  it('records nothing when nothing changes', async () => {
    const { user } = await register(app);
    expect((await setRoles(user.id, ['STUDENT'])).status).toBe(200);
    expect(await audits(user.id)).toEqual([]);
  });

  it('is felt at once by tokens already given out', async () => {
    const { user, accessToken: token } = await register(app);
    const mayList = async () => (await call(app, 'GET /users', { token })).status === 200;
    expect(await mayList()).toBe(false);
    await setRoles(user.id, ['ADMIN']);
    expect(await mayList()).toBe(true);
    await setRoles(user.id, ['STUDENT']);
    expect(await mayList()).toBe(false);
  });

  it.each([
    [[]],
    [['STUDENT', 'STUDENT']],
    [['STUDENT', 'student']],
    [['KING']],
    ['STUDENT'],
    [null],
    [undefined],
    [[null]],
  ])('refuses %j and changes nothing', async (roles) => {
    const { user } = await register(app);
    const { status, body } = await setRoles(user.id, roles);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('"pointer":"#/roles"');
    expect(await rolesOf(user.id)).toEqual(['STUDENT']);
  });

  it('answers 404 for an unknown user', async () => {
    expect(await setRoles('usr_unknown', ['STUDENT'])).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await setRoles('usr_unknown', ['ADMIN'])).toMatchObject({ status: 404 });
  });
});

describe('the last admin', () => {
  it('cannot stop being one; a second admin makes it possible', async () => {
    expect(await setRoles(admin.user.id, ['STUDENT'])).toMatchObject({ status: 409, body: { code: 'LAST_ADMIN' } });
    expect(await rolesOf(admin.user.id)).toEqual(['ADMIN']);
    expect(await audits(admin.user.id)).toHaveLength(1);
    expect((await setRoles(admin.user.id, ['ADMIN', 'STAFF'])).status).toBe(200);

    const second = await createAdmin(app);
    expect((await setRoles(admin.user.id, ['STUDENT'])).status).toBe(200);
    expect((await setRoles(second.user.id, ['STAFF'], second)).status).toBe(409);
    await setRoles(admin.user.id, ['ADMIN'], second);
    await setRoles(second.user.id, ['STUDENT']);
  });

  it('remains when two admins take the role from each other at once', async () => {
    // Both requests have read that there are two admins before either can write: the row of the one whom the other demotes is held.
    const holder = new pg.Client({ connectionString: app.database.superuserUrl });
    await holder.connect();
    try {
      for (let round = 0; round < 5; round += 1) {
        const other = await createAdmin(app);
        await holder.query('BEGIN');
        await holder.query('SELECT FROM users WHERE id = ANY ($1) FOR UPDATE', [[admin.user.id, other.user.id]]);
        const both = Promise.all([
          setRoles(other.user.id, ['STUDENT'], admin),
          setRoles(admin.user.id, ['STUDENT'], other),
        ]);
        await waiting(holder, 2);
        await holder.query('COMMIT');
        expect((await both).map((answer) => answer.status).toSorted()).toEqual([200, 409]);
        const left = await admins();
        expect(left).toHaveLength(1);
        if (left[0] === other.user.id) admin = other;
      }
    } finally {
      await holder.end();
    }
  });
});

async function admins(): Promise<string[]> {
  const role: Role = 'ADMIN';
  const found = await app.app.get(Database).client.user.findMany({ where: { roles: { has: role } } });
  return found.map((user) => user.id);
}

async function waiting(observer: pg.Client, count: number): Promise<void> {
  for (;;) {
    const { rows } = await observer.query('SELECT DISTINCT pid FROM pg_locks WHERE NOT granted');
    if (rows.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
