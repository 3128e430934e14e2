import { createHash } from 'node:crypto';
import pg from 'pg';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { call, register } from '../../../test/support/identity.js';
import { Database } from '../../platform/database/index.js';
import { Housekeeping } from '../../platform/jobs/index.js';
import type { SignedInDto } from '../identity.dto.js';

const DAY = 86_400;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ REFRESH_TOKEN_DAYS: '30' });
});
afterAll(() => app.close());

const refresh = (refreshToken: string) => call<SignedInDto>(app, 'POST /auth/refresh', { body: { refreshToken } });
const logOut = (refreshToken: string) => call(app, 'POST /auth/logout', { body: { refreshToken } });
const tokens = (userId: string) => app.app.get(Database).client.refreshToken.findMany({ where: { userId } });
const hash = (token: string) => createHash('sha256').update(token).digest('hex');
const refused = (code: string) => ({ status: 401, body: { code } });

async function next(refreshToken: string): Promise<string> {
  const answer = await refresh(refreshToken);
  expect(answer.status).toBe(200);
  return answer.body.refreshToken;
}

describe('a refresh token', () => {
  it('is stored as its SHA-256 only', async () => {
    const { refreshToken, user } = await register(app);
    const [row] = await tokens(user.id);
    expect(row?.tokenHash).toBe(hash(refreshToken));
    expect(JSON.stringify(row)).not.toContain(refreshToken);
    expect(Buffer.from(refreshToken, 'base64url')).toHaveLength(32);
  });

  it('is good once; its successor belongs to the same family', async () => {
    const { refreshToken, user } = await register(app);
    await next(await next(refreshToken));
    const rows = await tokens(user.id);
    expect(rows.map((row) => row.usedAt !== null)).toEqual([true, true, false]);
    expect(new Set(rows.map((row) => row.familyId)).size).toBe(1);
  });

  it('ends its whole family when it comes back after its use, for the thief and for the owner', async () => {
    const { refreshToken: first, user } = await register(app);
    const latest = await next(await next(first));
    expect(await refresh(first)).toMatchObject(refused('REFRESH_TOKEN_REUSED'));
    expect((await tokens(user.id)).every((row) => row.revokedAt !== null)).toBe(true);
    expect(await refresh(latest)).toMatchObject(refused('REFRESH_TOKEN_REUSED'));
  });

  it('leaves other sign-ins of the same person alone', async () => {
    const { refreshToken, user } = await register(app, { password: 'another password' });
    const credentials = { email: user.email, password: 'another password' };
    const other = await call<SignedInDto>(app, 'POST /auth/login', { body: credentials });
    await next(refreshToken);
    await refresh(refreshToken);
    expect((await refresh(other.body.refreshToken)).status).toBe(200);
  });

  it('works for one of two who send it at once, and then for nobody', async () => {
    const { refreshToken, user } = await register(app);
    const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 401]);
    expect(await tokens(user.id)).toHaveLength(2);
    const winner = answers.find((answer) => answer.status === 200);
    expect(await refresh(winner?.body.refreshToken ?? '')).toMatchObject(refused('REFRESH_TOKEN_REUSED'));
  });

  it('that is being added while its family ends, ends too', async () => {
    const { refreshToken: first, user } = await register(app);
    const second = await next(first);
    const slow = new pg.Client({ connectionString: app.database.superuserUrl });
    await slow.connect();
    try {
      // A refresh of `second`, held open just before its commit.
      await slow.query('BEGIN');
      await slow.query('UPDATE refresh_tokens SET used_at = now() WHERE token_hash = $1', [hash(second)]);
      await slow.query(
        `INSERT INTO refresh_tokens (id, family_id, user_id, token_hash, created_at, expires_at)
         SELECT 'rft_late', family_id, user_id, $1, created_at, expires_at FROM refresh_tokens WHERE token_hash = $2`,
        [hash('late'), hash(second)],
      );
      const reuse = refresh(first);
      await waitForLock(slow);
      await slow.query('COMMIT');
      expect(await reuse).toMatchObject(refused('REFRESH_TOKEN_REUSED'));
    } finally {
      await slow.end();
    }
    expect((await tokens(user.id)).filter((row) => row.revokedAt === null)).toEqual([]);
    expect(await refresh('late')).toMatchObject(refused('REFRESH_TOKEN_REUSED'));
  });

  it('is refused when unknown, expired or missing', async () => {
    expect(await refresh('unknown')).toMatchObject(refused('INVALID_REFRESH_TOKEN'));
    const { refreshToken } = await register(app);
    app.clock.advance(30 * DAY);
    expect(await refresh(refreshToken)).toMatchObject(refused('INVALID_REFRESH_TOKEN'));
    const missing = await call(app, 'POST /auth/refresh', { body: {} });
    expect(missing).toMatchObject({ status: 400, body: { errors: expect.arrayContaining([]) as unknown } });
    expect(JSON.stringify(missing.body)).toContain('"#/refreshToken"');
  });

  it('goes when it has expired, and not before', async () => {
    const { refreshToken, user } = await register(app);
    app.clock.advance(DAY);
    const successor = await next(refreshToken);
    app.clock.advance(29 * DAY);
    await app.app.get(Housekeeping).run();
    expect((await tokens(user.id)).map((row) => row.tokenHash)).toEqual([hash(successor)]);
    expect((await refresh(successor)).status).toBe(200);
  });
});

describe('logging out', () => {
  it('ends the family, whichever of its tokens is given, as often as one likes', async () => {
    const { refreshToken: first } = await register(app);
    const second = await next(first);
    expect((await logOut(first)).status).toBe(200);
    expect(await refresh(second)).toMatchObject(refused('REFRESH_TOKEN_REUSED'));
    expect((await logOut(first)).status).toBe(200);
  });

  it('answers the same for a token that nobody has', async () => {
    const { refreshToken } = await register(app);
    expect((await logOut('unknown')).body).toEqual((await logOut(refreshToken)).body);
    expect((await logOut('unknown')).status).toBe(200);
  });
});

async function waitForLock(observer: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await observer.query('SELECT FROM pg_locks WHERE NOT granted');
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
