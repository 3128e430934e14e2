import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LicenseKeyDesk } from './support/license-key-desk.js';
import { person } from './support/people.js';
import { expectStatus, told } from './support/school.js';

/* Where licences are activated: by whom, how often, and how that is taken back; and how the school looks there. */

let desk: LicenseKeyDesk;
beforeAll(async () => {
  desk = await LicenseKeyDesk.open();
}, 60_000);
afterAll(() => desk.app.close());

const verdicts = (answers: Parameters<typeof told>[0][]) => answers.map(told).toSorted();
const times = (count: number, verdict: string) => Array.from({ length: count }, () => verdict);

describe('an activation', () => {
  it('puts the licence into use on a domain; the same again gets the same answer and changes nothing', async () => {
    const licensed = await desk.license('BUSINESS');
    const first = await desk.activate(licensed, 'Learn.Twice.example');
    expect([first.status, first.body]).toEqual([
      200,
      {
        ...{ licenseId: licensed.id, status: 'ACTIVE', domains: ['learn.twice.example'], mostDomains: 3 },
        activatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
    for (const domain of ['learn.twice.example', 'LEARN.twice.example.', undefined])
      expect((await desk.activate(licensed, domain)).body).toEqual(first.body);
    expect(await desk.audited(licensed)).toEqual([
      {
        ...{ action: 'license.activated', actor: licensed.admin.id },
        ...{ before: null, after: { domain: 'learn.twice.example' } },
      },
    ]);
  });

  it('needs no domain, and gets one later', async () => {
    const licensed = await desk.license('TEAM');
    expect((await desk.activate(licensed)).body).toMatchObject({ status: 'ACTIVE', domains: [], mostDomains: 1 });
    expect((await desk.activate(licensed, 'later.example')).body).toMatchObject({ domains: ['later.example'] });
    expect((await desk.audited(licensed)).map(({ after }) => after)).toEqual([
      { domain: null },
      { domain: 'later.example' },
    ]);
  });

  it("is the organization's to do, or the school's: others know nothing of the licence, and who is nobody's admin may not ask", async () => {
    const [ours, theirs] = [await desk.license(), await desk.license()];
    expect(told(await desk.activate(ours, 'whose.example', theirs.admin))).toBe('NOT_FOUND');
    expect(told(await desk.activate(ours, 'whose.example', await person(desk.app)))).toBe('FORBIDDEN');
    expect(await desk.stored(ours)).toEqual({ domains: [], activated: false });
    expect(told(await desk.activate(ours, 'whose.example', desk.admin))).toBe('done');
    expect(told(await desk.activate(theirs, 'whose.example'))).toBe('DOMAIN_TAKEN');
    expect(await desk.stored(theirs)).toEqual({ domains: [], activated: false });
  });

  it.each([
    ['not paid for', { expiresAt: null }, 'The licence is not paid for'],
    ['suspended', { suspendedAt: new Date(), suspendReason: 'Unpaid' }, 'The licence is SUSPENDED'],
    ['disputed', { disputedBy: 'ps_1' }, 'The licence is SUSPENDED'],
    ['expired', { expiresAt: new Date(Date.now() - 1000) }, 'The licence is EXPIRED'],
    ['revoked', { revokedAt: new Date() }, 'The licence is REVOKED'],
  ])('is refused while the licence is %s', async (_, facts, words) => {
    const licensed = await desk.license('BUSINESS', facts);
    const { status, body } = await desk.activate(licensed, 'refused.example');
    expect([status, body.code, body.detail]).toEqual([409, 'NOT_IN_THIS_STATUS', words]);
    expect(await desk.stored(licensed)).toEqual({ domains: [], activated: false });
  });

  it.each([
    ['MALFORMED', (key: string) => `${key}.`],
    ['MALFORMED', () => 'no key'],
    ['BAD_SIGNATURE', (key: string) => key.slice(0, -20) + (key.at(-20) === 'A' ? 'B' : 'A') + key.slice(-19)],
  ])('is refused by a key that is %s', async (flaw, changed) => {
    const licensed = await desk.license();
    const { status, body } = await desk.activate({ ...licensed, key: changed(licensed.key) }, 'changed.example');
    expect([status, body.code, body.detail]).toEqual([400, 'LICENSE_KEY_REFUSED', `The key is refused: ${flaw}`]);
    expect(await desk.stored(licensed)).toEqual({ domains: [], activated: false });
  });

  it.each(['https://acme.example', 'acme.example:443', 'acme.example/a', '127.0.0.1', '[::1]', 'localhost'])(
    '%s is no domain for it',
    async (domain) => {
      const licensed = await desk.license();
      const { status, body } = await desk.activate(licensed, domain);
      expect([status, body]).toMatchObject([400, { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/domain' }] }]);
      expect(await desk.stored(licensed)).toEqual({ domains: [], activated: false });
    },
  );
});

describe('domains', () => {
  it('are as many as the tier allows, one of which can be given up for another', async () => {
    const licensed = await desk.activated('BUSINESS', 'one.example', 'two.example', 'three.example');
    expect(told(await desk.activate(licensed, 'four.example'))).toBe('DOMAINS_USED_UP');
    expect(told(await desk.activate(licensed, 'two.example'))).toBe('done');
    expectStatus(204, await desk.leave(licensed, 'Two.example'));
    expect(told(await desk.activate(licensed, 'four.example'))).toBe('done');
    expect((await desk.stored(licensed)).domains).toEqual(['four.example', 'one.example', 'three.example']);
    expect((await desk.audited(licensed)).at(-2)).toEqual({
      ...{ action: 'license.domain-left', actor: licensed.admin.id, before: { domain: 'two.example' }, after: null },
    });
  });

  it('are free for others once they are left, also by a licence that is over', async () => {
    const [before, after] = [await desk.activated('TEAM', 'moves.example'), await desk.license('TEAM')];
    await desk.move(before.id, { revokedAt: desk.app.clock.now() });
    expect(told(await desk.activate(after, 'moves.example'))).toBe('DOMAIN_TAKEN');
    expectStatus(204, await desk.leave(before, 'moves.example'));
    expect(told(await desk.activate(after, 'moves.example'))).toBe('done');
    // Again changes nothing, least of all for who has it now.
    expectStatus(204, await desk.leave(before, 'moves.example'));
    expect((await desk.stored(after)).domains).toEqual(['moves.example']);
    expect(await desk.audited(before)).toHaveLength(2);
  });

  it("are left by the licence's own organization or the school alone, and only where they are", async () => {
    const [ours, theirs] = [
      await desk.activated('TEAM', 'stays.example'),
      await desk.activated('TEAM', 'other.example'),
    ];
    expect(told(await desk.leave(ours, 'stays.example', theirs.admin))).toBe('NOT_FOUND');
    expect(told(await desk.leave(theirs, 'stays.example'))).toBe('NOT_FOUND');
    expect(told(await desk.leave(ours, 'never.example'))).toBe('NOT_FOUND');
    expect(told(await desk.leave(ours, 'no domain'))).toBe('NOT_FOUND');
    expect(told(await desk.leave({ ...ours, id: 'lic_none' }, 'stays.example', desk.admin))).toBe('NOT_FOUND');
    expect((await desk.stored(ours)).domains).toEqual(['stays.example']);
    expect(told(await desk.leave(ours, 'stays.example', desk.admin))).toBe('done');
  });
});

describe('many at once', () => {
  it('never activate a licence on more domains than its tier allows', async () => {
    const licensed = await desk.license('BUSINESS');
    const domains = Array.from({ length: 20 }, (_, at) => `crowd-${at}.example`);
    const answers = await Promise.all(domains.map((domain) => desk.activate(licensed, domain)));
    expect(verdicts(answers)).toEqual([...times(17, 'DOMAINS_USED_UP'), ...times(3, 'done')]);
    const stored = await desk.stored(licensed);
    expect([stored.activated, stored.domains.length]).toEqual([true, 3]);
    expect(await desk.audited(licensed)).toHaveLength(3);
  });

  it('never have one domain for two licences', async () => {
    const licences = await Promise.all(Array.from({ length: 10 }, () => desk.license('TEAM')));
    const answers = await Promise.all(licences.map((licensed) => desk.activate(licensed, 'wanted.example')));
    expect(verdicts(answers)).toEqual([...times(9, 'DOMAIN_TAKEN'), 'done']);
    const stored = await Promise.all(licences.map((licensed) => desk.stored(licensed)));
    expect(stored.filter(({ domains }) => domains.length > 0)).toHaveLength(1);
    // Who was refused the domain was refused everything.
    expect(stored.filter(({ activated }) => activated)).toHaveLength(1);
  });

  it('that ask for the same get the same, once', async () => {
    const licensed = await desk.license('TEAM');
    const answers = await Promise.all(Array.from({ length: 12 }, () => desk.activate(licensed, 'same.example')));
    for (const { status, body } of answers) expect([status, body]).toEqual([200, answers[0]!.body]);
    expect(await desk.audited(licensed)).toHaveLength(1);
    const left = await Promise.all(Array.from({ length: 6 }, () => desk.leave(licensed, 'same.example')));
    expect(verdicts(left)).toEqual(times(6, 'done'));
    expect(await desk.audited(licensed)).toHaveLength(2);
  });

  it('come and go, and are never more than the tier allows', async () => {
    const licensed = await desk.activated('BUSINESS', 'a.go.example', 'b.go.example', 'c.go.example');
    const coming = Array.from({ length: 12 }, (_, at) => desk.activate(licensed, `${at}.come.example`));
    const going = ['a', 'b', 'c'].map((name) => desk.leave(licensed, `${name}.go.example`));
    const [came] = await Promise.all([Promise.all(coming), Promise.all(going)]);
    const done = came.filter(({ status }) => status === 200);
    expect(done.every(({ body }) => body.domains.length <= 3)).toBe(true);
    expect((await desk.stored(licensed)).domains).toHaveLength(done.length);
    expect(done.length).toBeLessThanOrEqual(3);
  });
});

describe('the looks of the school', () => {
  const looks = {
    name: 'Acme Academy',
    logoUrl: 'https://acme.example/logo.svg',
    colors: { primary: '#0a7F5a', text: '#fff' },
  };
  const none = { name: null, logoUrl: null, colors: null };

  it("are the organization's on its domain, all of them at once, until they are the school's again", async () => {
    const licensed = await desk.activated('ENTERPRISE', 'looks.example', 'looks.two.example');
    expect((await desk.shown('looks.example')).body).toEqual(none);
    expect((await desk.brand(licensed, looks)).body).toEqual(looks);
    for (const domain of ['looks.example', 'LOOKS.two.example']) expect((await desk.shown(domain)).body).toEqual(looks);
    expect((await desk.brand(licensed, { name: 'Acme' })).body).toEqual({ ...none, name: 'Acme' });
    expect((await desk.brand(licensed, {}, desk.admin)).body).toEqual(none);
    expect((await desk.shown('looks.example')).body).toEqual(none);
  });

  it('are shown while the licence is active on the domain, and to nobody else', async () => {
    const licensed = await desk.activated('ENTERPRISE', 'stands.example');
    expectStatus(200, await desk.brand(licensed, looks));
    const shown = async () => told(await desk.shown('stands.example'));
    expect([await shown(), told(await desk.shown('falls.example'))]).toEqual(['done', 'NOT_FOUND']);
    await desk.move(licensed.id, { suspendedAt: desk.app.clock.now() });
    expect(await shown()).toBe('NOT_FOUND');
    await desk.move(licensed.id, { suspendedAt: null });
    expect(await shown()).toBe('done');
    // The sweep has not seen it.
    const end = desk.app.clock.in(366 * 86_400);
    expect(await desk.app.clock.at(end, shown)).toBe('NOT_FOUND');
    expectStatus(204, await desk.leave(licensed, 'stands.example'));
    expect(await shown()).toBe('NOT_FOUND');
    expect(told(await desk.shown('no domain'))).toBe('VALIDATION_FAILED');
    expect(told(await desk.shown(''))).toBe('VALIDATION_FAILED');
  });

  it('are what the tier includes', async () => {
    const [team, business] = [
      await desk.activated('TEAM', 'plain.example'),
      await desk.activated('BUSINESS', 'half.example'),
    ];
    const { status, body } = await desk.brand(team, looks);
    expect([status, body.code, body.detail]).toEqual([
      ...[403, 'BRANDING_NOT_INCLUDED', 'The tier Team does not include: name, logoUrl, colors'],
    ]);
    expect((await desk.brand(business, looks)).body.detail).toBe('The tier Business does not include: colors');
    expect((await desk.shown('half.example')).body).toEqual(none);
    const { name, logoUrl } = looks;
    expectStatus(200, await desk.brand(business, { name, logoUrl }));
    expect((await desk.shown('half.example')).body).toEqual({ name, logoUrl, colors: null });
  });

  it('once stored are shown only as far as the tier includes them now', async () => {
    const licensed = await desk.activated('BUSINESS', 'once.example');
    await desk.app.database.superuser.query(
      `UPDATE licenses SET brand_name = 'Acme', brand_logo = 'https://acme.example/a.svg', brand_colors = '{"primary": "#fff"}' WHERE id = $1`,
      [licensed.id],
    );
    const logoUrl = 'https://acme.example/a.svg';
    expect((await desk.shown('once.example')).body).toEqual({ name: 'Acme', logoUrl, colors: null });
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'a'.repeat(81) }],
    ['logoUrl', { logoUrl: 'http://acme.example/logo.svg' }],
    ['logoUrl', { logoUrl: 'javascript:alert(1)' }],
    ['colors', { colors: { primary: 'red' } }],
    ['colors', { colors: { primary: '#0a7f5a;background:url(x)' } }],
    ['colors', { colors: { 'a b': '#fff' } }],
    ['colors', { colors: ['#fff'] }],
    ['colors', { colors: null }],
    ['font', { font: 'Arial' }],
  ])('are refused by a flawed %s', async (field, flawed) => {
    const licensed = await desk.license('ENTERPRISE');
    expectStatus(200, await desk.brand(licensed, { name: 'Acme' }));
    const { status, body } = await desk.brand(licensed, { ...looks, ...flawed });
    const named = new Set(body.errors?.map(({ pointer }) => pointer));
    expect([status, body.code, [...named]]).toEqual([400, 'VALIDATION_FAILED', [`#/${field}`]]);
    const [row] = await desk.stores(licensed);
    expect(row).toEqual({ name: 'Acme', logo: null, colors: null });
  });

  it("are nobody else's to set", async () => {
    const [ours, theirs] = [await desk.license('ENTERPRISE'), await desk.license('ENTERPRISE')];
    expect(told(await desk.brand(ours, looks, theirs.admin))).toBe('NOT_FOUND');
    expect(told(await desk.brand(ours, looks, await person(desk.app)))).toBe('FORBIDDEN');
    expect(await desk.stores(ours)).toEqual([{ name: null, logo: null, colors: null }]);
  });
});
