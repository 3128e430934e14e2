import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { call, PASSWORD, register, someone } from '../../../test/support/identity.js';
import { Database } from '../../platform/database/index.js';
import { Passwords } from './passwords.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const stored = (id: string) => app.app.get(Database).client.user.findUniqueOrThrow({ where: { id } });

describe('registering', () => {
  it('stores the password as argon2id with the parameters that OWASP asks for, and never answers it', async () => {
    const answer = await register(app);
    expect((await stored(answer.user.id)).passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    expect(JSON.stringify(answer)).not.toMatch(/argon2|passwordHash/);
  });

  it('takes UTC when no time zone is given', async () => {
    expect((await register(app)).user.timeZone).toBe('UTC');
  });

  it('refuses an e-mail in use, in any spelling, and leaves its owner alone', async () => {
    const { user } = await register(app, { email: 'taken@example.com' });
    const before = await stored(user.id);
    const again = { ...someone(), email: 'Taken@Example.COM', name: 'Somebody else' };
    const { status, headers, body } = await call(app, 'POST /auth/register', { body: again });
    expect([status, headers.get('content-type')]).toEqual([409, 'application/problem+json; charset=utf-8']);
    expect(body).toMatchObject({ code: 'EMAIL_TAKEN', status: 409 });
    expect(await stored(user.id)).toEqual(before);
  });

  it('lets one of five registrations of an e-mail at once through', async () => {
    const body = { ...someone(), email: 'race@example.com' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(app, 'POST /auth/register', { body })));
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    expect(await app.app.get(Database).client.user.count({ where: { email: body.email } })).toBe(1);
  });

  it('never takes roles from the caller', async () => {
    const { status, body } = await call(app, 'POST /auth/register', { body: { ...someone(), roles: ['ADMIN'] } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer: '#/roles', detail: 'this field is not known' }] });
  });

  it.each([
    ['#/name', { name: '   ' }],
    ['#/name', { name: 7 }],
    ['#/name', { name: 'x'.repeat(201) }],
    ['#/email', { email: 'not an e-mail' }],
    ['#/email', { email: undefined }],
    ['#/password', { password: 'x'.repeat(9) }],
    ['#/password', { password: 'x'.repeat(129) }],
    ['#/password', { password: { toString: 'x' } }],
    ['#/timeZone', { timeZone: 'Mars/Olympus' }],
    ['#/timeZone', { timeZone: '+03:00' }],
    ['#/timeZone', { timeZone: null }],
  ])('refuses a bad field and names it: %s %j', async (pointer, bad) => {
    const { status, headers, body } = await call<{ errors: { pointer: string }[] }>(app, 'POST /auth/register', {
      body: { ...someone(), ...bad },
    });
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(body).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(new Set(body.errors.map((error) => error.pointer))).toEqual(new Set([pointer]));
  });

  it('answers 400 for a body that is not JSON or holds the character U+0000', async () => {
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(`${app.url}/api/auth/register`, { method: 'POST', headers, body: '{"name"' });
    expect(broken.status).toBe(400);
    expect(await call(app, 'POST /auth/register', { body: { ...someone(), name: 'a\0b' } })).toMatchObject({
      status: 400,
    });
  });
});

describe('logging in', () => {
  it('refuses a wrong password and an unknown e-mail with the same words', async () => {
    const { user } = await register(app);
    const wrong = await call<object>(app, 'POST /auth/login', {
      body: { email: user.email, password: `${PASSWORD}?` },
    });
    const unknown = await call<object>(app, 'POST /auth/login', {
      body: { email: 'no@example.com', password: PASSWORD },
    });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  });

  it('compares a hash for an unknown e-mail too, so that the time tells nothing', async () => {
    const { email } = (await register(app)).user;
    const time = async (address: string | null) => {
      const start = performance.now();
      await call(app, 'POST /auth/login', { body: { email: address, password: 'a wrong password' } });
      return performance.now() - start;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      known.push(await time(email));
      unknown.push(await time('nobody@example.com'));
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[3] ?? 0;
    expect(median(unknown)).toBeGreaterThan(median(known) / 2);
  });

  it('never lets the password that stands in for a missing one in', async () => {
    expect(await app.app.get(Passwords).verify(null, 'the password of nobody')).toBe(false);
    expect(await app.app.get(Passwords).verify(undefined, '')).toBe(false);
  });

  it('refuses people of an external issuer, who have no password', async () => {
    const { user } = await register(app);
    await app.app.get(Database).client.user.update({ where: { id: user.id }, data: { passwordHash: null } });
    const { status } = await call(app, 'POST /auth/login', { body: { email: user.email, password: PASSWORD } });
    expect(status).toBe(401);
  });

  it('takes a password however its letters were composed', async () => {
    const { user } = await register(app, { password: 'na\u00efve caf\u00e9 crowd' });
    const body = { email: user.email, password: 'nai\u0308ve cafe\u0301 crowd' };
    expect((await call(app, 'POST /auth/login', { body })).status).toBe(200);
  });

  it('names the bad fields', async () => {
    const { status, body } = await call(app, 'POST /auth/login', { body: { email: 'x', remember: true } });
    expect(status).toBe(400);
    const pointers = (body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer);
    expect(new Set(pointers)).toEqual(new Set(['#/email', '#/password', '#/remember']));
  });
});

describe('the strict limit', () => {
  it('holds for registering and logging in', async () => {
    const strict = await startTestApp({ SIGN_IN_LIMIT_PER_MINUTE: '2' });
    try {
      const attempt = () => call(strict, 'POST /auth/login', { body: { email: 'a@example.com', password: 'b' } });
      expect([(await attempt()).status, (await attempt()).status, (await attempt()).status]).toEqual([401, 401, 429]);
      for (let used = 0; used < 2; used += 1) await call(strict, 'POST /auth/register', { body: {} });
      expect((await call(strict, 'POST /auth/register', { body: {} })).status).toBe(429);
    } finally {
      await strict.close();
    }
  });
});
