import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { LicenseKeys } from './license-keys.js';
import { SigningKeys } from './signing-keys.js';

const made = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, text: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') };
};
const holding = (...texts: string[]) => SigningKeys.from({ LICENSE_SIGNING_KEYS: texts, NODE_ENV: 'production' });

const license = {
  ...{ id: 'lic_01k9z3yq2ee6s8dt2v8r4gqv7m', organizationId: 'org_01k9z3yq2ee6s8dt2v8r4gqv7m', tier: 'BUSINESS' },
  createdAt: new Date('2026-11-22T08:00:00.999Z'),
};
const partsOf = (token: string): unknown[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part): unknown => JSON.parse(Buffer.from(part, 'base64url').toString()));
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const changedAt = (token: string, position: number, character: string) =>
  token.slice(0, position) + character + token.slice(position + 1);
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe("a licence's key", () => {
  it('says whose it is, is the same whenever it is made, and is read again', async () => {
    const signing = await holding(made().text);
    const keys = new LicenseKeys(signing);
    const key = await keys.of(license);
    const { kid } = signing.published[0]!;
    expect(partsOf(key)).toEqual([
      { alg: 'EdDSA', kid, typ: 'bursar-license-key' },
      { iss: 'bursar', sub: license.id, org: license.organizationId, tier: 'BUSINESS', iat: 1795334400 },
    ]);
    expect(await keys.of(license)).toBe(key);
    expect(await keys.read(key)).toEqual({ licenseId: license.id });
  });

  it('is refused with any bit of any of its characters changed', async () => {
    const keys = new LicenseKeys(await holding(made().text));
    const key = await keys.of(license);
    const flaws = new Map<string, number>();
    for (let position = 0; position < key.length; position += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = changedAt(key, position, String.fromCharCode(key.charCodeAt(position) ^ (1 << bit)));
        const { flaw = 'none' } = await keys.read(changed);
        flaws.set(flaw, (flaws.get(flaw) ?? 0) + 1);
      }
    expect([...flaws.keys()].toSorted()).toEqual(['BAD_SIGNATURE', 'MALFORMED']);
  });

  it('has one last character only, though some would decode to the same signature', async () => {
    const keys = new LicenseKeys(await holding(made().text));
    const key = await keys.of(license);
    const bytes = (token: string) => Buffer.from(token.split('.')[2]!, 'base64url').toString('hex');
    const others = [...BASE64URL].map((last) => key.slice(0, -1) + last).filter((other) => other !== key);
    const alike = others.filter((other) => bytes(other) === bytes(key));
    expect(alike).toHaveLength(15);
    expect(await Promise.all(alike.map((other) => keys.read(other)))).toEqual(alike.map(() => ({ flaw: 'MALFORMED' })));
    for (const other of others) expect((await keys.read(other)).flaw).toBeDefined();
  });

  it.each(['', '.', '..', 'key', 'a.b', 'a.b.c', 'e30.e30.e30', 'bnVsbA.e30.', 'W10.e30.AA'])(
    '%j is none',
    async (text) => {
      const keys = new LicenseKeys(await holding(made().text));
      expect(await keys.read(text)).toEqual({ flaw: 'MALFORMED' });
    },
  );

  it.each([
    ['a blank behind it', (key: string) => `${key} `],
    ['a line before it', (key: string) => `\n${key}`],
    ['padding', (key: string) => `${key}==`],
    ['a fourth part', (key: string) => `${key}.e30`],
    ['another alphabet', (key: string) => key.replace(/[-_]/g, '+')],
  ])('is none with %s', async (_, change) => {
    const keys = new LicenseKeys(await holding(made().text));
    // Some key has a character in which the alphabets differ.
    const all = Array.from({ length: 20 }, (_one, at) => keys.of({ ...license, tier: `TIER_${at}` }));
    const key = (await Promise.all(all)).find((one) => change(one) !== one)!;
    expect(await keys.read(change(key))).toEqual({ flaw: 'MALFORMED' });
  });

  it('is not made by others: with our name for their key, without a signature, or with our public key for a secret', async () => {
    const signing = await holding(made().text);
    const keys = new LicenseKeys(signing);
    const { kid, x } = signing.published[0]!;
    const [header, says] = partsOf(await keys.of(license)) as [Record<string, string>, Record<string, string>];
    const theirs = (name: string) =>
      new SignJWT(says).setProtectedHeader({ alg: 'EdDSA', kid: name, typ: header.typ }).sign(made().privateKey);
    expect(await keys.read(await theirs(kid))).toEqual({ flaw: 'BAD_SIGNATURE' });
    expect(await keys.read(await theirs('theirs'))).toEqual({ flaw: 'BAD_SIGNATURE' });
    const none = `${encoded({ ...header, alg: 'none' })}.${encoded(says)}`;
    expect(await keys.read(`${none}.`)).toEqual({ flaw: 'MALFORMED' });
    const shared = `${encoded({ ...header, alg: 'HS256' })}.${encoded(says)}`;
    const mac = createHmac('sha256', Buffer.from(x, 'base64url')).update(shared).digest('base64url');
    expect(await keys.read(`${shared}.${mac}`)).toEqual({ flaw: 'MALFORMED' });
    expect(await keys.read(`${encoded(header)}.${encoded(says)}.`)).toEqual({ flaw: 'BAD_SIGNATURE' });
  });

  it('is no other thing that is signed, nor the other way round', async () => {
    const signing = await holding(made().text);
    const keys = new LicenseKeys(signing);
    const file = await signing.sign({ sub: license.id }, 'bursar-license-file');
    expect(await keys.read(file)).toEqual({ flaw: 'MALFORMED' });
    expect(await signing.read(await keys.of(license), 'bursar-license-file')).toEqual({ flaw: 'MALFORMED' });
    expect(await signing.read(file, 'bursar-license-file')).toEqual({ says: { sub: license.id } });
    expect(await keys.read(await signing.sign({}, 'bursar-license-key'))).toEqual({ flaw: 'MALFORMED' });
  });
});

describe('keys to sign with', () => {
  it('are published without their secret, named by what they are', async () => {
    const { text } = made();
    const published = (await holding(text)).published;
    const base64url = expect.stringMatching(/^[\w-]{43}$/);
    expect(published).toEqual([{ kty: 'OKP', crv: 'Ed25519', x: base64url, alg: 'EdDSA', use: 'sig', kid: base64url }]);
    expect((await holding(text)).published).toEqual(published);
  });

  it('are changed by putting a new one first: the old one still proves what it has signed, until it is gone', async () => {
    const [old, next] = [made().text, made().text];
    const before = new LicenseKeys(await holding(old));
    const after = new LicenseKeys(await holding(next, old));
    const gone = new LicenseKeys(await holding(next));
    const [first, second] = [await before.of(license), await after.of(license)];
    expect(partsOf(second)[0]).toMatchObject({ kid: (await holding(next)).published[0]!.kid });
    expect((await holding(next, old)).published.map(({ kid }) => kid)).toEqual([
      (await holding(next)).published[0]!.kid,
      (await holding(old)).published[0]!.kid,
    ]);
    const whose = { licenseId: license.id };
    expect([await after.read(first), await after.read(second)]).toEqual([whose, whose]);
    expect([await gone.read(second), await gone.read(first)]).toEqual([whose, { flaw: 'BAD_SIGNATURE' }]);
    expect(await before.read(second)).toEqual({ flaw: 'BAD_SIGNATURE' });
  });

  it('are a known one where nothing is at stake, and none in production', async () => {
    const known = await SigningKeys.from({ LICENSE_SIGNING_KEYS: [], NODE_ENV: 'development' });
    expect(known.published.map(({ kid }) => kid)).toEqual(['apSQ4wDMljv4I41HN8PD4Keva6s2RDlQMhEDswekgaE']);
    const key = await new LicenseKeys(known).of(license);
    const none = await holding();
    expect(none.published).toEqual([]);
    expect(() => none.require()).toThrow('No licences are sold here: there is no key to sign them with');
    await expect(new LicenseKeys(none).of(license)).rejects.toThrow('No licences are sold here');
    expect(await new LicenseKeys(none).read(key)).toEqual({ flaw: 'BAD_SIGNATURE' });
  });
});
