import { spawnSync } from 'node:child_process';
import { startTestApp, type TestApp, testSettings } from '../../test/support/app.js';
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

  const granted = {
    actorId: 'command',
    action: 'user.roles-changed',
    before: { roles: ['STUDENT'] },
    after: { roles: ['STUDENT', 'ADMIN'] },
  };
  const passwordSet = { actorId: 'command', action: 'user.password-set', before: null, after: null };

  it('grants ADMIN to somebody who is there, who keeps their roles and, when none is given, their password', async () => {
    const { user, accessToken: token, refreshToken } = await register(app);
    const email = user.email ?? '';
    expect(await create({ email })).toEqual({ userId: user.id, outcome: 'granted', password: 'kept' });
    expect((await call(app, 'GET /auth/me', { token })).body).toMatchObject({ roles: ['STUDENT', 'ADMIN'] });
    expect(await canList(email)).toBe(true);
    expect(await call(app, 'POST /auth/refresh', { body: { refreshToken } })).toMatchObject({ status: 200 });
    expect(await audits(user.id)).toEqual([granted]);
  });

  it('with a password, leaves a stranger who had registered the e-mail first with nothing', async () => {
    const { user, refreshToken } = await register(app);
    const email = user.email ?? '';
    const password = 'the password of the owner';
    expect(await create({ email: ` ${email.toUpperCase()}`, password })).toEqual({
      userId: user.id,
      outcome: 'granted',
      password: 'set',
    });
    expect(await canList(email)).toBe(false);
    expect(await call(app, 'POST /auth/refresh', { body: { refreshToken } })).toMatchObject({ status: 401 });
    expect(await canList(email, password)).toBe(true);
    expect(await audits(user.id)).toEqual([granted, passwordSet]);
  });

  it('sets the password of an admin who has lost theirs, by the rules of registration', async () => {
    const { email, ...rest } = someone();
    const { userId } = await create({ email, ...rest });
    await expect(create({ email, password: 'short' })).rejects.toMatchObject({ errors: [{ pointer: '#/password' }] });
    expect(await canList(email)).toBe(true);
    const password = 'not lost any more';
    expect(await create({ email, password })).toEqual({ userId, outcome: 'unchanged', password: 'set' });
    expect([await canList(email), await canList(email, password)]).toEqual([false, true]);
    expect((await audits(userId)).slice(1)).toEqual([passwordSet]);
  });

  it('says whose password it is now', async () => {
    const { user } = await register(app);
    const said = (settings: Record<string, string>) =>
      spawnSync(process.execPath, ['dist/bin/create-admin.js', user.email ?? ''], {
        env: { PATH: process.env.PATH, ...testSettings(app.database), ...settings },
        encoding: 'utf8',
      }).stdout;
    expect(said({})).toBe(
      `${user.email} is an admin (granted: ${user.id}); they keep their own password; ADMIN_PASSWORD would set another\n`,
    );
    expect(said({ ADMIN_PASSWORD: 'of the operator' })).toBe(
      `${user.email} is an admin (unchanged: ${user.id}); password set\n`,
    );
  });

  it('does nothing the second time', async () => {
    const { password, ...admin } = someone();
    const { userId } = await create({ ...admin, password });
    expect(await create(admin)).toEqual({ userId, outcome: 'unchanged', password: 'kept' });
    expect(await audits(userId)).toHaveLength(1);
  });

  it('makes one user of five commands at once', async () => {
    const admin = someone();
    const made = await Promise.all(Array.from({ length: 5 }, () => create(admin)));
    expect(new Set(made.map(({ userId }) => userId)).size).toBe(1);
    expect(made.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect((await audits(made[0]?.userId ?? '')).filter(({ action }) => action === 'user.roles-changed')).toHaveLength(
      1,
    );
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
