import { createAdmin, call, PASSWORD } from './support/identity.js';
import { startTestApp, type TestApp } from './support/app.js';
import type { ProfileDto, SignedInDto, UserDto } from '../src/identity/identity.dto.js';

/** Amina registers, comes back, becomes an instructor and leaves; each step builds on the one before. */
describe('a person from registration to signing out', () => {
  let app: TestApp;
  let admin: SignedInDto;
  let amina: SignedInDto;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await createAdmin(app);
  });
  afterAll(() => app.close());

  it('registers as a student and is signed in', async () => {
    const body = { name: ' Amina ', email: 'Amina@Example.com', password: PASSWORD, timeZone: 'Africa/Nairobi' };
    const answer = await call<SignedInDto>(app, 'POST /auth/register', { body });
    amina = answer.body;
    expect(answer.status).toBe(201);
    expect(amina).toEqual({
      user: {
        id: expect.stringMatching(/^usr_[0-9a-z]{26}$/) as string,
        email: 'amina@example.com',
        name: 'Amina',
        profilePicture: null,
        roles: ['STUDENT'],
        timeZone: 'Africa/Nairobi',
        createdAt: expect.stringMatching(/Z$/) as string,
      },
      accessToken: expect.stringMatching(/^ey/) as string,
      tokenType: 'Bearer',
      expiresIn: 900,
      refreshToken: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  it('sees her profile with what she owns', async () => {
    const { status, body } = await call<ProfileDto>(app, 'GET /auth/me', { token: amina.accessToken });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...amina.user, balances: {} });
  });

  it('comes back the next day with her password, in any spelling of her e-mail', async () => {
    app.clock.advance(86_400);
    expect((await call(app, 'GET /auth/me', { token: amina.accessToken })).status).toBe(401);
    const credentials = { email: 'AMINA@example.com', password: PASSWORD };
    const { status, body } = await call<SignedInDto>(app, 'POST /auth/login', { body: credentials });
    expect(status).toBe(200);
    expect(body.user).toEqual(amina.user);
    amina = body;
  });

  it('changes her profile', async () => {
    const changes = { name: 'Amina W.', profilePicture: 'https://cdn.example.com/a.png', timeZone: 'Europe/Berlin' };
    const { status, body } = await call(app, 'PATCH /users/me', { body: changes, token: amina.accessToken });
    expect([status, body]).toEqual([200, { ...amina.user, ...changes }]);
  });

  it('stays signed in by refreshing when her access token runs out', async () => {
    app.clock.advance(901);
    expect((await call(app, 'GET /auth/me', { token: amina.accessToken })).status).toBe(401);
    const { refreshToken } = amina;
    const { status, body } = await call<SignedInDto>(app, 'POST /auth/refresh', { body: { refreshToken } });
    expect(status).toBe(200);
    expect(body.refreshToken).not.toBe(refreshToken);
    amina = body;
    expect((await call(app, 'GET /auth/me', { token: amina.accessToken })).status).toBe(200);
  });

  it('may do what an admin gives her the role for, with the token that she has', async () => {
    const { email } = admin.user;
    const { body } = await call<SignedInDto>(app, 'POST /auth/login', { body: { email, password: PASSWORD } });
    const path = `/users/${amina.user.id}`;
    expect((await call(app, `GET ${path}`, { token: amina.accessToken })).status).toBe(403);
    const grant = { body: { roles: ['STUDENT', 'ADMIN'] }, token: body.accessToken };
    expect((await call<UserDto>(app, `PATCH ${path}/roles`, grant)).body.roles).toEqual(['STUDENT', 'ADMIN']);
    expect((await call(app, `GET ${path}`, { token: amina.accessToken })).status).toBe(200);
  });

  it('signs out: the refresh token is worth nothing any more', async () => {
    const { refreshToken } = amina;
    expect(await call(app, 'POST /auth/logout', { body: { refreshToken } })).toMatchObject({ status: 200 });
    expect(await call(app, 'POST /auth/refresh', { body: { refreshToken } })).toMatchObject({ status: 401 });
  });
});
