import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { ExternalIssuer } from '../../../test/support/external-issuer.js';
import { call, register } from '../../../test/support/identity.js';

const realNow = Date.now.bind(Date);
let issuer: ExternalIssuer;
let app: TestApp;

beforeEach(async () => {
  issuer = await ExternalIssuer.start();
  app = await startTestApp(issuer.settings);
});
afterEach(async () => {
  Date.now = realNow;
  await app.close();
  await issuer.close();
});

const token = (kid: string) => issuer.token({ sub: 'person' }, { kid, expiresIn: 7200 });
const status = async (bearer: string) => (await call(app, 'GET /auth/me', { token: bearer })).status;

/** Moves the machine's clock, by which jose keeps keys, and ours with it. */
function pass(seconds: number): void {
  const from = Date.now;
  Date.now = () => from() + seconds * 1000;
}

describe('the keys of the external issuer', () => {
  it('are fetched once and kept', async () => {
    const tokens = await Promise.all([token('first'), token('first'), token('first')]);
    expect(await Promise.all(tokens.map(status))).toEqual([200, 200, 200]);
    expect(await status(await token('first'))).toBe(200);
    expect(issuer.requests).toBe(1);
  });

  it('may be rotated: a new one is found, a withdrawn one forgotten', async () => {
    const old = await token('first');
    expect(await status(old)).toBe(200);
    await issuer.addKey('second', 'ES256');
    issuer.removeKey('first');
    const fresh = await token('second');
    pass(31);
    expect(await status(fresh)).toBe(200);
    expect(await status(old)).toBe(401);
  });

  it('are missing while the issuer is down: 401, and nobody waits twice', async () => {
    issuer.mode = 'down';
    expect(await status(await token('first'))).toBe(401);
    const after = issuer.requests;
    expect(await status(await token('first'))).toBe(401);
    expect(issuer.requests).toBe(after);
    issuer.mode = 'up';
    pass(11);
    expect(await status(await token('first'))).toBe(200);
  });

  it.each(['down', 'failing'] as const)('go on working, however old, while the issuer is %s', async (mode) => {
    expect(await status(await token('first'))).toBe(200);
    issuer.mode = mode;
    pass(3600);
    expect(await status(await token('first'))).toBe(200);
    await issuer.addKey('second');
    expect(await status(await token('second'))).toBe(401);
  });
});

it('without an external issuer every such token fails, and the built-in one works', async () => {
  const bearer = await token('first');
  const alone = await startTestApp();
  try {
    expect((await call(alone, 'GET /auth/me', { token: bearer })).status).toBe(401);
    const { accessToken } = await register(alone);
    expect((await call(alone, 'GET /auth/me', { token: accessToken })).status).toBe(200);
  } finally {
    await alone.close();
  }
  expect(issuer.requests).toBe(0);
});

it('is not asked about tokens of our own, not even when they have expired', async () => {
  const { accessToken } = await register(app);
  app.clock.advance(901);
  expect(await status(accessToken)).toBe(401);
  expect(issuer.requests).toBe(0);
});
