import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { call, createAdmin, register } from '../../../test/support/identity.js';
import { Database, inTransaction, Prisma } from '../../platform/database/index.js';
import { Principals } from './principals.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const principals = () => app.app.get(Principals);
const database = () => app.app.get(Database);

/** What another process does: the database changes and nobody here is told. */
function elsewhere(userId: string, roles: string): Promise<number> {
  return database().execute(Prisma.sql`UPDATE users SET roles = ${roles}::role[] WHERE id = ${userId}`);
}

describe('who a user id stands for', () => {
  it('follows a role taken away by another process within five seconds', async () => {
    const { user, accessToken: token } = await createAdmin(app);
    const status = async () => (await call(app, 'GET /users', { token })).status;
    expect(await status()).toBe(200);
    await elsewhere(user.id, '{STUDENT}');
    app.clock.advance(6);
    expect(await status()).toBe(403);
  });

  it('is read once for many requests', async () => {
    const { user } = await register(app);
    const first = await principals().find(user.id);
    await elsewhere(user.id, '{STAFF}');
    expect(await principals().find(user.id)).toBe(first);
  });

  it('is a time zone too, which a changed profile brings up to date at once', async () => {
    const { user, accessToken: token } = await register(app, { timeZone: 'Asia/Tokyo' });
    expect(await principals().find(user.id)).toEqual({ userId: user.id, roles: ['STUDENT'], timeZone: 'Asia/Tokyo' });
    await call(app, 'PATCH /users/me', { body: { timeZone: 'Europe/Berlin' }, token });
    expect((await principals().find(user.id))?.timeZone).toBe('Europe/Berlin');
  });

  it('does not keep what was read while the user was being changed', async () => {
    const { user } = await register(app);
    const underWay = principals().find(user.id);
    principals().forget(user.id);
    await elsewhere(user.id, '{STAFF}');
    await underWay;
    expect((await principals().find(user.id))?.roles).toEqual(['STAFF']);
  });

  it('is nobody once the user is gone: their token is refused', async () => {
    const { user, accessToken: token } = await register(app);
    await database().client.user.delete({ where: { id: user.id } });
    expect((await call(app, 'GET /auth/me', { token })).status).toBe(401);
  });

  it('is asked again after a read that failed', async () => {
    const { user } = await register(app);
    const failing = inTransaction(async () => {
      await database()
        .execute(Prisma.sql`SELECT 1 / 0`)
        .catch(() => undefined);
      await principals().find(user.id);
    });
    await expect(failing).rejects.toThrow();
    expect((await principals().find(user.id))?.userId).toBe(user.id);
  });
});
