import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { call, createAdmin, register } from '../../../test/support/identity.js';
import type { Page } from '../../platform/http/index.js';
import type { ProfileDto, SignedInDto, UserDto } from '../identity.dto.js';
import { ProfileParts } from './profile-parts.js';

let app: TestApp;
let admin: SignedInDto;
beforeAll(async () => {
  app = await startTestApp();
  admin = await createAdmin(app);
});
afterAll(() => app.close());

const list = (query: string) => call<Page<UserDto>>(app, `GET /users?${query}`, { token: admin.accessToken });
const ids = (page: Page<UserDto>) => page.data.map((user) => user.id);
const pointers = (body: unknown) => (body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer);

describe('the list of users', () => {
  it('is newest first, in pages that neither repeat nor miss anyone', async () => {
    const made = [];
    for (let count = 0; count < 5; count += 1) made.push((await register(app, { name: `Paged ${count}` })).user.id);
    const pages = await Promise.all([1, 2, 3].map((page) => list(`search=paged&limit=2&page=${page}`)));
    expect(pages.flatMap((page) => ids(page.body))).toEqual(made.toReversed());
    expect(pages[0]?.body.pagination).toEqual({ page: 1, limit: 2, total: 5, pages: 3 });
  });

  it('finds by text in the name or the e-mail, in any case', async () => {
    const { user: named } = await register(app, { name: 'Zawadi Otieno' });
    const { user: addressed } = await register(app, { email: 'zawadi@example.com' });
    expect(ids((await list('search=ZAWADI')).body)).toEqual([addressed.id, named.id]);
    expect(ids((await list('search=otieno')).body)).toEqual([named.id]);
  });

  it.each(['100%25_', '_', '%25', '%5C'])('takes %s as it was typed, not as a pattern', async (typed) => {
    const { user } = await register(app, { name: String.raw`100%_ \ sure` });
    expect(ids((await list(`search=${typed}`)).body)).toContain(user.id);
    expect(ids((await list(`search=1${typed}sure`)).body)).toEqual([]);
  });

  it('finds by role, and by role and text together', async () => {
    const { user } = await register(app, { name: 'Teaching Tariq' });
    await register(app, { name: 'Learning Tariq' });
    const body = { roles: ['INSTRUCTOR', 'STAFF'] };
    await call(app, `PATCH /users/${user.id}/roles`, { body, token: admin.accessToken });
    expect(ids((await list('role=staff')).body)).toEqual([user.id]);
    expect(ids((await list('role=INSTRUCTOR&search=tariq')).body)).toEqual([user.id]);
    expect(ids((await list('role=ENTERPRISE')).body)).toEqual([]);
  });

  it.each([
    ['page=0', '#/query/page'],
    ['limit=101', '#/query/limit'],
    ['role=KING', '#/query/role'],
    ['sort=name', '#/query/sort'],
  ])('refuses ?%s and names it', async (query, pointer) => {
    const { status, body } = await list(query);
    expect(status).toBe(400);
    expect(new Set(pointers(body))).toEqual(new Set([pointer]));
  });

  it('refuses the character U+0000 instead of breaking on it', async () => {
    expect((await list('search=a%00')).status).toBe(400);
  });

  it('never shows a password hash', async () => {
    expect(JSON.stringify((await list('limit=100')).body)).not.toMatch(/argon2|passwordHash/);
  });
});

describe('one user', () => {
  it('is shown to an admin; an unknown one is 404', async () => {
    const { user } = await register(app);
    const { accessToken: token } = admin;
    expect(await call(app, `GET /users/${user.id}`, { token })).toMatchObject({ status: 200, body: user });
    expect(await call(app, 'GET /users/usr_unknown', { token })).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', detail: 'User not found' },
    });
  });
});

describe('the own profile', () => {
  it('changes what is given and leaves the rest; null removes the picture', async () => {
    const { user, accessToken: token } = await register(app, { timeZone: 'Asia/Tokyo' });
    const change = (body: object) => call<UserDto>(app, 'PATCH /users/me', { body, token });
    expect((await change({})).body).toEqual(user);
    expect((await change({ profilePicture: 'https://example.com/me.png' })).body).toEqual({
      ...user,
      profilePicture: 'https://example.com/me.png',
    });
    expect((await change({ profilePicture: null })).body).toEqual(user);
  });

  it.each([
    ['#/name', { name: null }],
    ['#/name', { name: '' }],
    ['#/profilePicture', { profilePicture: 'javascript:alert(1)' }],
    ['#/profilePicture', { profilePicture: 'me.png' }],
    ['#/timeZone', { timeZone: '+03:00' }],
    ['#/timeZone', { timeZone: null }],
    ['#/roles', { roles: ['ADMIN'] }],
    ['#/email', { email: 'other@example.com' }],
  ])('refuses %s: %j, and nothing changes', async (pointer, body) => {
    const { user, accessToken: token } = await register(app);
    const answer = await call(app, 'PATCH /users/me', { body: { name: 'Changed', ...body }, token });
    expect(answer.status).toBe(400);
    expect(new Set(pointers(answer.body))).toEqual(new Set([pointer]));
    expect((await call(app, 'GET /auth/me', { token })).body).toMatchObject(user);
  });

  it('shows the balances of every feature that registered a part', async () => {
    const { user, accessToken: token } = await register(app);
    const parts = app.app.get(ProfileParts);
    parts.register({ name: 'stars', read: (userId) => Promise.resolve({ of: userId, count: 3 }) });
    const { body } = await call<ProfileDto>(app, 'GET /auth/me', { token });
    expect(body.balances.stars).toEqual({ of: user.id, count: 3 });
    expect(() => parts.register({ name: 'stars', read: () => Promise.resolve(0) })).toThrow(
      'two profile parts named stars',
    );
  });
});

describe('who may do what', () => {
  const routes = ['GET /users', 'GET /users/usr_x', 'PATCH /users/usr_x/roles'];
  const roles = ['STUDENT', 'INSTRUCTOR', 'STAFF', 'ENTERPRISE'];

  it.each(routes)('%s is for admins only', async (route) => {
    const { user, accessToken: token } = await register(app);
    const body = route.startsWith('PATCH') ? { roles: ['ADMIN'] } : undefined;
    expect((await call(app, route, { body })).status).toBe(401);
    await call(app, `PATCH /users/${user.id}/roles`, { body: { roles }, token: admin.accessToken });
    expect(await call(app, route, { body, token })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const asAdmin = await call(app, route, { body, token: admin.accessToken });
    expect(asAdmin.status).toBe(route === 'GET /users' ? 200 : 404);
  });

  it.each(['GET /auth/me', 'PATCH /users/me'])('%s is for the signed-in only', async (route) => {
    const body = route.startsWith('PATCH') ? {} : undefined;
    expect((await call(app, route, { body })).status).toBe(401);
    expect((await call(app, route, { body, token: admin.accessToken })).status).toBe(200);
  });
});
