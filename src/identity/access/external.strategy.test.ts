import { createSecretKey, KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { ExternalIssuer } from '../../../test/support/external-issuer.js';
import { call, register } from '../../../test/support/identity.js';
import { Database } from '../../platform/database/index.js';
import type { ProfileDto } from '../identity.dto.js';

let issuer: ExternalIssuer;
let app: TestApp;
beforeAll(async () => {
  issuer = await ExternalIssuer.start(() => app.clock.now());
  app = await startTestApp(issuer.settings);
});
const realNow = Date.now.bind(Date);
afterAll(async () => {
  Date.now = realNow;
  await app.close();
  await issuer.close();
});

const users = () => app.app.get(Database).client.user;
const me = (token: string) => call<ProfileDto>(app, 'GET /auth/me', { token });

describe('a person of the external issuer', () => {
  it('becomes a student at their first request and is the same user at the next', async () => {
    const claims = {
      sub: 'new',
      name: 'Amina',
      email: 'Amina@example.com',
      email_verified: true,
      zoneinfo: 'Africa/Nairobi',
    };
    const first = await me(await issuer.token({ ...claims, roles: ['ADMIN'] }));
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      name: 'Amina',
      email: 'amina@example.com',
      roles: ['STUDENT'],
      timeZone: 'Africa/Nairobi',
    });
    const second = await me(await issuer.token({ ...claims, name: 'Changed since' }));
    expect(second.body).toEqual(first.body);
    expect(await users().count({ where: { subject: 'new' } })).toBe(1);
  });

  it('is one user when their first requests come at once', async () => {
    const token = await issuer.token({ sub: 'at-once', email: 'at-once@example.com', email_verified: true });
    const answers = await Promise.all(Array.from({ length: 8 }, () => me(token)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await users().count({ where: { subject: 'at-once' } })).toBe(1);
  });

  it('never takes over the account of a user with the same e-mail', async () => {
    const { user } = await register(app);
    const { status, body } = await me(await issuer.token({ sub: 'thief', email: user.email, email_verified: true }));
    expect(status).toBe(200);
    expect(body.id).not.toBe(user.id);
    expect(body.email).toBeNull();
    expect(await users().findUnique({ where: { id: user.id } })).toMatchObject({ issuer: null, subject: null });
  });

  it('shares a free e-mail with nobody when two people bring it at once', async () => {
    const claims = { email: 'both@example.com', email_verified: true };
    const tokens = await Promise.all(['one', 'two'].map((sub) => issuer.token({ ...claims, sub })));
    const answers = await Promise.all(tokens.map(me));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(new Set(answers.map((answer) => answer.body.email))).toEqual(new Set(['both@example.com', null]));
  });

  it.each(['PS256', 'ES256', 'ES384', 'ES512'])('may bring a token signed with %s', async (alg) => {
    await issuer.addKey(alg, alg);
    passKeyCooldown();
    expect((await me(await issuer.token({ sub: alg }, { kid: alg }))).status).toBe(200);
  });
});

describe('a token that is not to be trusted', () => {
  const refused: [string, () => string | Promise<string>][] = [
    ['another issuer', () => issuer.token({ sub: 'x', iss: 'https://elsewhere.test' })],
    ['another audience', () => issuer.token({ sub: 'x', aud: 'another-service' })],
    ['no audience', () => issuer.token({ sub: 'x', aud: undefined })],
    ['an expiry in the past', () => issuer.token({ sub: 'x' }, { expiresIn: -6 })],
    ['no expiry at all', () => issuer.token({ sub: 'x' }, { expiresIn: null })],
    ['a start in the future', () => issuer.token({ sub: 'x', nbf: app.clock.in(60).getTime() / 1000 })],
    ['no subject', () => issuer.token({})],
    ['a key that the issuer never published', forged],
    [
      'a kid that the issuer does not have',
      () => issuer.token({ sub: 'x' }, { kid: 'nope', privateKey: issuer.key('first').privateKey }),
    ],
    [
      'no signature (alg none)',
      async () => unsigned(await issuer.token({ sub: 'x' }), { alg: 'none', kid: 'first' }, ''),
    ],
    [
      'a signature stripped off',
      async () => unsigned(await issuer.token({ sub: 'x' }), { alg: 'RS256', kid: 'first' }, ''),
    ],
    ['the public key used as an HS256 secret', () => confused({ iss: issuer.issuer, aud: issuer.audience })],
    ['the same, in the name of the built-in issuer', () => confused({ iss: 'bursar', aud: 'bursar-api' })],
    ['nonsense for a token', () => 'abc'],
    ['nonsense in three parts', () => 'a.b.c'],
    ['a header that is not JSON', () => `${Buffer.from('{').toString('base64url')}.e30.AAAA`],
  ];

  it.each(refused)('is refused: %s', async (_, make) => {
    const before = await users().count();
    expect(await me(await make())).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(await users().count()).toBe(before);
  });

  it('tells nobody to fetch keys again and again', async () => {
    const before = issuer.requests;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await me(
        await issuer.token({ sub: 'x' }, { kid: `nope-${attempt}`, privateKey: issuer.key('first').privateKey }),
      );
    }
    expect(issuer.requests - before).toBeLessThanOrEqual(1);
  });
});

async function forged(): Promise<string> {
  const stranger = await ExternalIssuer.start();
  await stranger.close();
  return issuer.token({ sub: 'x' }, { privateKey: stranger.key('first').privateKey });
}

function unsigned(token: string, header: object, signature: string): string {
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), token.split('.')[1], signature].join('.');
}

function confused(claims: object): Promise<string> {
  const pem = KeyObject.from(issuer.key('first').publicKey).export({ type: 'spki', format: 'pem' }).toString();
  return new SignJWT({ sub: 'x', ...claims, exp: app.clock.in(300).getTime() / 1000 })
    .setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .sign(createSecretKey(pem, 'utf8'));
}

/** The keys are looked at again for an unknown `kid` half a minute after the last time; by the machine's clock, which is jose's. */
function passKeyCooldown(): void {
  const from = Date.now;
  Date.now = () => from() + 31_000;
}
