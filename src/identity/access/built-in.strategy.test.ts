import { createSecretKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { call, register } from '../../../test/support/identity.js';

const SECRET = 'the secret of this test, long enough for HS512 too, which asks for sixty-four';
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ JWT_SECRET: SECRET, JWT_EXPIRES_IN: '60' });
});
afterAll(() => app.close());

const me = (token: string) => call(app, 'GET /auth/me', { token });
const seconds = () => Math.floor(app.clock.now().getTime() / 1000);

function signed(claims: Record<string, unknown>, { alg = 'HS256', secret = SECRET } = {}): Promise<string> {
  const right = { iss: 'bursar', aud: 'bursar-api', exp: seconds() + 60 };
  return new SignJWT({ ...right, ...claims })
    .setProtectedHeader({ alg, typ: 'JWT' })
    .sign(createSecretKey(secret, 'utf8'));
}

describe('an access token of the built-in issuer', () => {
  it('says who, from whom, for whom and until when, and nothing about roles', async () => {
    const { user, accessToken } = await register(app);
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const { iat = 0, ...claims } = decodeJwt(accessToken);
    expect(claims).toEqual({ iss: 'bursar', aud: 'bursar-api', sub: user.id, exp: iat + 60 });
  });

  it('lasts as long as the setting says, by our clock', async () => {
    const { accessToken, expiresIn } = await register(app);
    expect(expiresIn).toBe(60);
    app.clock.advance(57);
    expect((await me(accessToken)).status).toBe(200);
    app.clock.advance(4);
    expect((await me(accessToken)).status).toBe(401);
  });

  it('is taken when everything is right, so that what follows is refused for its one fault', async () => {
    const { user } = await register(app);
    expect((await me(await signed({ sub: user.id }))).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>, { alg?: string; secret?: string }]>([
    ['another issuer', { iss: 'someone' }, {}],
    ['another audience', { aud: 'another-api' }, {}],
    ['no expiry', { exp: undefined }, {}],
    ['another secret', {}, { secret: SECRET.toUpperCase() }],
    ['another algorithm', {}, { alg: 'HS512' }],
    ['an unknown user', { sub: 'usr_unknown' }, {}],
    ['no subject', { sub: undefined }, {}],
    ['a subject that is not text', { sub: 7 }, {}],
  ])('is refused with %s', async (_, wrong, options) => {
    const { user } = await register(app);
    const token = await signed({ sub: user.id, ...wrong }, options);
    expect(await me(token)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  it('counts only as a bearer token', async () => {
    const { accessToken } = await register(app);
    const as = async (scheme: string) =>
      (await fetch(`${app.url}/api/auth/me`, { headers: { authorization: `${scheme} ${accessToken}` } })).status;
    expect([await as('Bearer'), await as('Basic'), await as('')]).toEqual([200, 401, 401]);
    expect((await call(app, `GET /auth/me?access_token=${accessToken}`)).status).toBe(401);
  });
});
