import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { SigningKeys } from '../src/licensing/keys/signing-keys.js';
import { newId } from '../src/platform/ids/index.js';
import { LicenseKeyDesk, type Licensed } from './support/license-key-desk.js';
import { verifyOffline } from './support/license-verifier.js';
import { expectStatus } from './support/school.js';

/* What a key is worth where it is used: asked online, and afterwards offline, by the file and the published keys alone. */

const DAY = 86_400;
let desk: LicenseKeyDesk;
beforeAll(async () => {
  desk = await LicenseKeyDesk.open();
}, 60_000);
afterAll(() => desk.app.close());

const nothing = { valid: false, license: null, file: null };
const published = async () =>
  expectStatus(200, await desk.app.get<{ keys: { kid: string }[] }>('/enterprise/licenses/keys'));
const offline = async (file: string | null, domain?: string) =>
  (await verifyOffline(await published(), [file!], domain))[0];

/** What is answered on a domain of the licence, and what the file says there. */
async function onIts(domain: string, { key }: Licensed) {
  const { valid, reason, license, file } = await desk.validate(key, domain);
  return { valid, reason, status: license?.status, offline: await offline(file, domain) };
}

describe('a key, where its licence is activated', () => {
  it('is OK, and proved by a file', async () => {
    const licensed = await desk.activated('BUSINESS', 'learn.ok.example');
    const answer = await desk.validate(licensed.key, 'learn.ok.example');
    expect(answer).toEqual({
      ...{ valid: true, reason: 'OK', file: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) },
      license: {
        ...{ id: licensed.id, organization: licensed.organization, tier: 'BUSINESS', seats: 5, status: 'ACTIVE' },
        features: ['premium-courses', 'live-questions', 'reports'],
        expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
    expect(await offline(answer.file, 'learn.ok.example')).toEqual(['OK', 0]);
    expect(await desk.validate(licensed.key, 'LEARN.ok.example.')).toMatchObject({ reason: 'OK' });
  });

  it('is SUSPENDED, OK again, and REVOKED as its licence is; each as soon as it is asked, and a file of before until it is over', async () => {
    const domain = 'learn.moved.example';
    const licensed = await desk.activated('BUSINESS', domain);
    const { file: old } = await desk.validate(licensed.key, domain);
    const at = desk.app.clock.now();
    await desk.move(licensed.id, { suspendedAt: at, suspendReason: 'Unpaid' });
    const suspended = { valid: false, reason: 'SUSPENDED', status: 'SUSPENDED', offline: ['SUSPENDED', 1] };
    expect(await onIts(domain, licensed)).toEqual(suspended);
    await desk.move(licensed.id, { suspendedAt: null, disputedBy: 'ps_1' });
    expect(await onIts(domain, licensed)).toEqual(suspended);
    await desk.move(licensed.id, { disputedBy: null });
    expect(await onIts(domain, licensed)).toEqual({ valid: true, reason: 'OK', status: 'ACTIVE', offline: ['OK', 0] });
    await desk.move(licensed.id, { revokedAt: at, revokeReason: 'Sold on' });
    const revoked = { valid: false, reason: 'REVOKED', status: 'REVOKED', offline: ['REVOKED', 1] };
    expect(await onIts(domain, licensed)).toEqual(revoked);
    expect(await offline(old, domain)).toEqual(['OK', 0]);
  });

  it('is NOT_PAID when the money went back, whatever it was before', async () => {
    const licensed = await desk.activated('BUSINESS', 'learn.returned.example');
    await desk.move(licensed.id, { expiresAt: null });
    expect(await onIts('learn.returned.example', licensed)).toEqual({
      ...{ valid: false, reason: 'NOT_PAID', status: 'PENDING', offline: ['NOT_PAID', 1] },
    });
  });

  it('is EXPIRED from the moment on, before anything has looked at it; offline too, by a file of before', async () => {
    const domain = 'learn.over.example';
    const licensed = await desk.activated('BUSINESS', domain);
    await desk.move(licensed.id, { expiresAt: new Date(Date.now() - 5_000) });
    const before = await desk.app.clock.at(new Date(Date.now() - 60_000), () => desk.validate(licensed.key, domain));
    expect(before).toMatchObject({ reason: 'OK', license: { status: 'ACTIVE' } });
    expect(await offline(before.file, domain)).toEqual(['EXPIRED', 1]);
    expect(await onIts(domain, licensed)).toEqual({
      ...{ valid: false, reason: 'EXPIRED', status: 'EXPIRED', offline: ['EXPIRED', 1] },
    });
  });

  it('is proved by a file for 7 days: then the file is FILE_EXPIRED, and says no more', async () => {
    const domain = 'learn.old.example';
    const licensed = await desk.activated('BUSINESS', domain);
    const daysAgo = (days: number) => new Date(Date.now() - days * DAY * 1000);
    const fileOf = async (days: number) =>
      (await desk.app.clock.at(daysAgo(days), () => desk.validate(licensed.key, domain))).file;
    expect(await offline(await fileOf(6.9), domain)).toEqual(['OK', 0]);
    expect(await offline(await fileOf(7), domain)).toEqual(['FILE_EXPIRED', 1]);
  });
});

describe('a key, elsewhere', () => {
  it("is WRONG_DOMAIN on another organization's domain, on one that was left, on none, and on what is none; and nothing else is told", async () => {
    const [ours, theirs] = [
      await desk.activated('BUSINESS', 'learn.ours.example', 'left.ours.example'),
      await desk.activated('BUSINESS', 'learn.theirs.example'),
    ];
    expectStatus(204, await desk.leave(ours, 'left.ours.example'));
    const wrong = { ...nothing, reason: 'WRONG_DOMAIN' };
    for (const domain of [
      'learn.theirs.example',
      'left.ours.example',
      'ours.example',
      'no domain',
      '127.0.0.1',
      undefined,
    ])
      expect([domain, await desk.validate(ours.key, domain)]).toEqual([domain, wrong]);
    // Nor how it stands.
    await desk.move(ours.id, { revokedAt: desk.app.clock.now() });
    expect(await desk.validate(ours.key, 'learn.theirs.example')).toEqual(wrong);
    expect(await desk.validate(theirs.key, 'learn.theirs.example')).toMatchObject({ reason: 'OK' });
  });

  it("is refused offline by another's file and on another's domain", async () => {
    const ours = await desk.activated('BUSINESS', 'learn.mine.example');
    const { file } = await desk.validate(ours.key, 'learn.mine.example');
    expect(await offline(file, 'learn.yours.example')).toEqual(['WRONG_DOMAIN', 1]);
    expect(await offline(file)).toEqual(['WRONG_DOMAIN', 1]);
    expect(await offline(ours.key, 'learn.mine.example')).toEqual(['MALFORMED', 1]);
    expect(await desk.validate(file!, 'learn.mine.example')).toEqual({ ...nothing, reason: 'MALFORMED' });
  });

  it('says what is still to be done before there is any domain, and tells nothing else', async () => {
    const unpaid = await desk.license('BUSINESS', { expiresAt: null });
    expect(await desk.validate(unpaid.key, 'learn.first.example')).toEqual({ ...nothing, reason: 'NOT_PAID' });
    const paid = await desk.license('BUSINESS');
    expect(await desk.validate(paid.key, 'learn.first.example')).toEqual({ ...nothing, reason: 'NOT_ACTIVATED' });
    const revoked = await desk.license('BUSINESS', { revokedAt: desk.app.clock.now() });
    expect(await desk.validate(revoked.key, 'learn.first.example')).toEqual({ ...nothing, reason: 'WRONG_DOMAIN' });
  });

  it('of a licence without a domain is used without one', async () => {
    const licensed = await desk.license('BUSINESS');
    const notYet = await desk.validate(licensed.key);
    expect(notYet).toMatchObject({ valid: false, reason: 'NOT_ACTIVATED', license: { status: 'PENDING' } });
    expect(await offline(notYet.file)).toEqual(['NOT_ACTIVATED', 1]);
    expectStatus(200, await desk.activate(licensed));
    const { reason, file } = await desk.validate(licensed.key);
    expect([reason, await offline(file)]).toEqual(['OK', ['OK', 0]]);
    expect(await desk.validate(licensed.key, 'learn.some.example')).toEqual({ ...nothing, reason: 'WRONG_DOMAIN' });
  });
});

/** Signed by a key that is not the school's. */
async function signedByAnother(says: object): Promise<string> {
  const secret = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const theirs = await SigningKeys.from({ LICENSE_SIGNING_KEYS: [secret], NODE_ENV: 'production' });
  return theirs.sign(says, 'bursar-license-key');
}

describe('what is no key of ours', () => {
  it.each<[string, (licensed: Licensed) => string | Promise<string>]>([
    ['MALFORMED', () => 'no key'],
    ['MALFORMED', ({ key }) => `${key}.`],
    ['MALFORMED', ({ key }) => key.slice(0, -1)],
    [
      'BAD_SIGNATURE',
      async ({ key }) => {
        const [header, , proof] = key.split('.');
        return [header, (await desk.license()).key.split('.')[1], proof].join('.');
      },
    ],
    ['BAD_SIGNATURE', ({ id }) => signedByAnother({ sub: id })],
    ['UNKNOWN', () => desk.app.app.get(SigningKeys).sign({ sub: newId('license') }, 'bursar-license-key')],
  ])('is %s', async (reason, made) => {
    const licensed = await desk.license();
    expect(await desk.validate(await made(licensed), 'learn.acme.example')).toEqual({ ...nothing, reason });
  });

  it('is a key with one byte changed, wherever', async () => {
    const domain = 'learn.changed.example';
    const { key } = await desk.activated('BUSINESS', domain);
    const places = [0, 5, key.indexOf('.'), key.indexOf('.') + 9, key.lastIndexOf('.') + 1, key.length - 1];
    for (const place of places) {
      const other = key[place] === 'A' ? 'B' : 'A';
      const changed = key.slice(0, place) + other + key.slice(place + 1);
      const answer = await desk.validate(changed, domain);
      expect([place, answer]).toEqual([
        place,
        { ...nothing, reason: expect.stringMatching(/^(MALFORMED|BAD_SIGNATURE)$/) },
      ]);
    }
  });

  it('is refused when it is not asked as it must be', async () => {
    const long = `key=${'a'.repeat(4001)}`;
    for (const query of ['', 'domain=a.example', 'key=', 'key=a&key=b', 'key=a&domain=', 'key=a&extra=1', long]) {
      const { status, body } = await desk.app.get(`/enterprise/licenses/validate?${query}`);
      expect([query, status, body.code]).toEqual([query, 400, 'VALIDATION_FAILED']);
    }
  });
});

describe('the public keys', () => {
  it('are there for everybody, without the secret ones, to be kept and asked for again', async () => {
    const { status, headers, body } = await desk.app.get<{ keys: object[] }>('/enterprise/licenses/keys');
    expect(status).toBe(200);
    const base64url = expect.stringMatching(/^[\w-]{43}$/);
    expect(body.keys).toEqual([{ kty: 'OKP', crv: 'Ed25519', x: base64url, alg: 'EdDSA', use: 'sig', kid: base64url }]);
    expect(headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
    const again = supertest(desk.app.url).get('/api/enterprise/licenses/keys');
    await again.set('If-None-Match', headers.get('etag')!).expect(304);
  });
});
