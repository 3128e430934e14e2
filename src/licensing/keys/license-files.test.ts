import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { TestClock } from '../../../test/support/clock.js';
import { runExample, verifyOffline } from '../../../test/support/license-verifier.js';
import { parseTiers } from '../tiers/read-tiers.js';
import { Tiers } from '../tiers/tiers.js';
import { LicenseFiles } from './license-files.js';
import { LicenseKeys } from './license-keys.js';
import { SigningKeys } from './signing-keys.js';

/* Licence files, as the example of the documentation reads them: without the application, its packages, or a network. */

const DAY_MS = 86_400_000;
const DOMAIN = 'learn.acme.example';
const clock = new TestClock();
const inDays = (days: number) => new Date(clock.now().getTime() + days * DAY_MS);

const license = {
  ...{ id: 'lic_01k9z3yq2ee6s8dt2v8r4gqv7m', organizationId: 'org_01k9z3yq2ee6s8dt2v8r4gqv7m', tier: 'TEAM' },
  ...{ seats: 5, createdAt: inDays(-20), activatedAt: inDays(-19), expiresAt: inDays(100) },
  ...{ suspendedAt: null, disputedBy: null, revokedAt: null },
};

const newKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const ours = newKey();
const signingWith = (...texts: string[]) => SigningKeys.from({ LICENSE_SIGNING_KEYS: texts, NODE_ENV: 'production' });
const tiers = async () => {
  const prices = [{ currency: 'USD', perSeatAndMonth: 1500 }];
  const tier = { id: 'TEAM', name: 'Team', description: 'For a team.', features: ['reports'], courses: 'ALL', prices };
  const { value } = await parseTiers({ tiers: [{ ...tier, mostSeats: 5, mostDomains: 1, branding: [] }] });
  return value ?? new Tiers([]);
};
const published = async (...texts: string[]) => ({ keys: (await signingWith(...texts)).published });
const writing = async (text = ours) => new LicenseFiles(await signingWith(text), await tiers(), clock);
/** Written at another time. */
const writtenAt = async (moment: Date, facts: object, domain: string | null = DOMAIN) =>
  clock.at(moment, async () => (await writing()).write({ ...license, ...facts }, domain));
const saidOf = async (file: string, domain?: string) => {
  const [said] = await verifyOffline(await published(ours), [file], domain);
  return said;
};

describe('a licence file', () => {
  it('says how the licence stands on a domain, for 7 days', async () => {
    const at = new Date('2026-11-22T08:00:00.400Z');
    const expiresAt = new Date('2027-02-01T00:00:00Z');
    const file = await writtenAt(at, { expiresAt });
    expect(JSON.parse(Buffer.from(file.split('.')[1]!, 'base64url').toString())).toEqual({
      ...{ iss: 'bursar', sub: license.id, org: license.organizationId, tier: 'TEAM', domain: DOMAIN, reason: 'OK' },
      ...{ features: ['reports'], seats: 5, licenseExpiresAt: 1801440000, iat: 1795334400, exp: 1795939200 },
    });
  });

  it('is OK on its domain, and WRONG_DOMAIN on any other or none', async () => {
    const file = await writtenAt(clock.now(), {});
    expect(await saidOf(file, DOMAIN)).toEqual(['OK', 0]);
    expect(await saidOf(file, 'learn.other.example')).toEqual(['WRONG_DOMAIN', 1]);
    expect(await saidOf(file, 'acme.example')).toEqual(['WRONG_DOMAIN', 1]);
    expect(await saidOf(file)).toEqual(['WRONG_DOMAIN', 1]);
  });

  it('of a licence that is bound to no domain is OK without one', async () => {
    const file = await writtenAt(clock.now(), {}, null);
    expect(await saidOf(file)).toEqual(['OK', 0]);
    expect(await saidOf(file, DOMAIN)).toEqual(['WRONG_DOMAIN', 1]);
  });

  it('is FILE_EXPIRED when it is 7 days old', async () => {
    const minutes = (days: number, more: number) => new Date(inDays(days).getTime() + more * 60_000);
    expect(await saidOf(await writtenAt(minutes(-7, 2), {}), DOMAIN)).toEqual(['OK', 0]);
    expect(await saidOf(await writtenAt(minutes(-7, -1), {}), DOMAIN)).toEqual(['FILE_EXPIRED', 1]);
  });

  it('is EXPIRED once its licence is, in the days of the file too', async () => {
    const expiresAt = inDays(-1);
    expect(await saidOf(await writtenAt(inDays(-2), { expiresAt }), DOMAIN)).toEqual(['EXPIRED', 1]);
    expect(await saidOf(await writtenAt(clock.now(), { expiresAt }), DOMAIN)).toEqual(['EXPIRED', 1]);
  });

  it.each([
    ['REVOKED', { revokedAt: inDays(-1) }],
    ['SUSPENDED', { suspendedAt: inDays(-1) }],
    ['SUSPENDED', { disputedBy: 'ps_1' }],
    ['NOT_PAID', { expiresAt: null }],
    ['NOT_ACTIVATED', { activatedAt: null }],
  ])('says %s', async (reason, facts) => {
    expect(await saidOf(await writtenAt(clock.now(), facts), DOMAIN)).toEqual([reason, 1]);
  });

  it('is refused with any one of its characters changed, whatever to', async () => {
    const file = await writtenAt(clock.now(), {});
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const next = (character: string) => alphabet[(alphabet.indexOf(character) + 1) % 64]!;
    const flipped = (character: string) => String.fromCharCode(character.charCodeAt(0) ^ 0x20);
    const changed = [...file].flatMap((character, at) =>
      [next(character), flipped(character)].map((other) => file.slice(0, at) + other + file.slice(at + 1)),
    );
    const last = [...alphabet].map((other) => file.slice(0, -1) + other).filter((other) => other !== file);
    const said = await verifyOffline(await published(ours), [file, ...changed, ...last], DOMAIN);
    expect(said.shift()).toEqual(['OK', 0]);
    expect(said).toHaveLength(2 * file.length + 63);
    expect([...new Set(said.map((one) => one.join()))].toSorted()).toEqual(['BAD_SIGNATURE,1', 'MALFORMED,1']);
  });

  it('is no key, and a key no file', async () => {
    const key = await new LicenseKeys(await signingWith(ours)).of(license);
    expect(await saidOf(key, DOMAIN)).toEqual(['MALFORMED', 1]);
    expect(await saidOf(key)).toEqual(['MALFORMED', 1]);
  });

  it('is nothing else', async () => {
    const texts = ['', 'no file', 'a.b.c', '{}', 'e30.e30', 'e30.e30.', 'e30.e30.e30.e30'];
    const said = await verifyOffline(await published(ours), texts, DOMAIN);
    expect(said).toEqual(texts.map((text) => [text === 'e30.e30.' ? 'BAD_SIGNATURE' : 'MALFORMED', 1]));
  });

  it('is proved by a key that does not sign any more, and by no key that is not published', async () => {
    const [next, theirs] = [newKey(), newKey()];
    const files = [await writtenAt(clock.now(), {}), await (await writing(theirs)).write(license, DOMAIN)];
    expect(await verifyOffline(await published(next, ours), files, DOMAIN)).toEqual([
      ['OK', 0],
      ['BAD_SIGNATURE', 1],
    ]);
    expect(await verifyOffline({ keys: [] }, files, DOMAIN)).toEqual([
      ['BAD_SIGNATURE', 1],
      ['BAD_SIGNATURE', 1],
    ]);
  });
});

it('the example is 20 lines that need nothing but Node, and takes files as editors leave them', async () => {
  const example = await readFile(new URL('../../../docs/examples/verify-license.mjs', import.meta.url), 'utf8');
  expect(example.trim().split('\n')).toHaveLength(20);
  expect(example.match(/from '.*'/g)).toEqual(["from 'node:crypto'", "from 'node:fs'"]);
  const folder = await mkdtemp(join(tmpdir(), 'licence-'));
  try {
    const paths = [join(folder, 'keys.json'), join(folder, 'license.jws')] as const;
    await writeFile(paths[0], JSON.stringify(await published(ours), null, 2));
    await writeFile(paths[1], `${await writtenAt(clock.now(), {})}\r\n`);
    expect(await runExample(...paths, DOMAIN)).toEqual(['OK\n', 0]);
    expect(await runExample(...paths)).toEqual(['WRONG_DOMAIN\n', 1]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
