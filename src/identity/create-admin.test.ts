import { startTestApp, type TestApp } from '../../test/support/app.js';
import { call, PASSWORD, register, someone } from '../../test/support/identity.js';
import { Database } from '../platform/database/index.js';
import { DomainError } from '../platform/errors/index.js';
import { CreateAdmin } from './create-admin.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const create = (admin: Parameters<CreateAdmin['execute']>[0]) => app.app.get(CreateAdmin).execute(admin);
const audits = (objectId: string) =>
  app.app.get(Database).client.auditRecord.findMany({
    where: { objectId },
    select: { actorId: true, action: true, before: true, after: true },
  });
const canList = async (email: string, password = PASSWORD) => {
  const { body } = await call<{ accessToken: string }>(app, 'POST /auth/login', { body: { email, password } });
  return (await call(app, 'GET /users', { token: body.accessToken })).status === 200;
};

describe('the command that makes an admin', () => {
  it('creates one who can sign in, audited as the command', async () => {
    const { userId, outcome } = await create({ ...someone(), email: ' Root@Example.com ' });
    expect(outcome).toBe('created');
    expect(await canList('root@example.com')).toBe(true);
    expect(await audits(userId)).toEqual([
      { actorId: 'command', action: 'user.roles-changed', before: { roles: [] }, after: { roles: ['ADMIN'] } },
    ]);
  });

  it('grants ADMIN to somebody who is there, who keeps their roles and password', async () => {
    const { user, accessToken: token } = await register(app);
    const email = user.email ?? '';
    expect(await create({ email, password: 'another password' })).toEqual({ userId: user.id, outcome: 'granted' });
    expect((await call(app, 'GET /auth/me', { token })).body).toMatchObject({ roles: ['STUDENT', 'ADMIN'] });
    expect(await canList(email)).toBe(true);
    expect(await audits(user.id)).toEqual([
      {
        actorId: 'command',
        action: 'user.roles-changed',
        before: { roles: ['STUDENT'] },
        after: { roles: ['STUDENT', 'ADMIN'] },
      },
    ]);
  });

  it('does nothing the second time', async () => {
    const admin = someone();
    const { userId } = await create(admin);
    expect(await create(admin)).toEqual({ userId, outcome: 'unchanged' });
    expect(await audits(userId)).toHaveLength(1);
  });

  it('makes one user of five commands at once', async () => {
    const admin = someone();
    const made = await Promise.all(Array.from({ length: 5 }, () => create(admin)));
    expect(new Set(made.map(({ userId }) => userId)).size).toBe(1);
    expect(made.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(await audits(made[0]?.userId ?? '')).toHaveLength(1);
  });

  it.each([
    ['#/password', { password: 'short' }],
    ['#/password', { password: undefined }],
    ['#/name', { name: '' }],
    ['#/email', { email: 'root' }],
    ['#/timeZone', { timeZone: 'Mars/Olympus' }],
  ])('refuses %s: %j, like registration', async (pointer, bad) => {
    const failure = await create({ ...someone(), ...bad }).catch((error: unknown) => error as DomainError);
    expect(failure).toBeInstanceOf(DomainError);
    expect((failure as DomainError).errors?.map((error) => error.pointer)).toContain(pointer);
  });
});
