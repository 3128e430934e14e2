import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EnrollmentDto } from '../src/enrollments/index.js';
import type { ActivationDto, ValidationDto } from '../src/licensing/keys/keys.dto.js';
import type { LicenseDto } from '../src/licensing/licenses/licenses.dto.js';
import type { OrganizationDto } from '../src/licensing/organizations/organizations.dto.js';
import type { GivenSeatDto, SeatDto } from '../src/licensing/seats/seats.dto.js';
import { dayOf, LicenseDesk } from './support/license-desk.js';
import type { Refusal } from './support/giving-back.js';
import { keepBooks } from './support/keep-books.js';
import { verifyOffline } from './support/license-verifier.js';
import type { Person } from './support/people.js';
import { expectStatus, publishedCourse, type School } from './support/school.js';

/* A licence's life as its people live it, step after step over HTTP: bought, activated, given to people, exceeded, taken away, renewed, lapsed. */

const DOMAIN = 'learn.acme.example';

let desk: LicenseDesk;
let school: School;
let boss: Person;
let jane: Person;
let omar: Person;
let organization: OrganizationDto;
let license: LicenseDto;
let courseId: string;

beforeAll(async () => {
  desk = await LicenseDesk.open();
  school = desk.school;
  [boss, jane, omar] = [await desk.somebody(), await desk.somebody(), await desk.somebody()];
  ({ id: courseId } = await publishedCourse(school, school.instructor));
}, 60_000);
keepBooks(() => school);
afterAll(() => school.close());

const validate = async (key = license.key, domain = DOMAIN) =>
  expectStatus(
    200,
    await school.get<ValidationDto>(`/enterprise/licenses/validate?key=${String(key)}&domain=${domain}`),
  );
const seats = (body: object, by = boss) =>
  school.post<GivenSeatDto & Refusal>(`/enterprise/licenses/${license.id}/seats`, body, by.token);
const enroll = (by: Person) => school.post<EnrollmentDto & Refusal>('/enrollments', { courseId }, by.token);
const place = async (by: Person) =>
  (await school.sql('SELECT status, type FROM enrollments WHERE user_id = $1', [by.id]))[0];
const lettersTo = (address: string) =>
  school.mail
    .messages()
    .filter(({ to }) => to.includes(address))
    .map(({ subject }) => subject);

it('an organization gets admins, who get the role with it', async () => {
  const body = { name: 'Acme', country: 'us', region: 'ny' };
  organization = expectStatus(
    201,
    await school.post<OrganizationDto>('/enterprise/organizations', body, school.admin.token),
  );
  expect(organization).toMatchObject({ name: 'Acme', country: 'US', region: 'NY', admins: [] });
  const admins = `/enterprise/organizations/${organization.id}/admins`;
  const add = (userId: string, by = school.admin) => school.post<OrganizationDto>(admins, { userId }, by.token);
  expect((await school.get('/enterprise/organizations', boss.token)).status).toBe(403);
  const withBoss = expectStatus(200, await add(boss.id));
  expect(withBoss.admins.map(({ id }) => id)).toEqual([boss.id]);
  expect(expectStatus(200, await add(boss.id))).toEqual(withBoss);
  expect((await add('usr_of_nobody')).status).toBe(404);
  expect((await add(jane.id, boss)).status).toBe(403);
  const own = await school.get<{ data: OrganizationDto[] }>('/enterprise/organizations', boss.token);
  expect(expectStatus(200, own).data.map(({ id }) => id)).toEqual([organization.id]);

  const path = `/enterprise/organizations/${organization.id}`;
  const change = (body: object) => school.request<OrganizationDto>('PUT', path, { body, token: school.admin.token });
  expect(expectStatus(200, await change({ country: 'de', region: null }))).toMatchObject({
    country: 'DE',
    region: null,
  });
  expect((await change({ country: 'XX' })).status).toBe(400);
  expect(expectStatus(200, await change({ country: 'US' }))).toMatchObject({ name: 'Acme', country: 'US' });

  expect((await add(omar.id)).body.admins).toHaveLength(2);
  for (const again of [204, 204])
    expect((await school.request('DELETE', `${admins}/${omar.id}`, { token: school.admin.token })).status).toBe(again);
  expect(
    expectStatus(200, await school.get<{ data: unknown[] }>('/enterprise/organizations', omar.token)).data,
  ).toEqual([]);
  const audited = await school.sql(`SELECT action FROM audit_records WHERE object_id = $1 ORDER BY id`, [
    organization.id,
  ]);
  expect(audited.map(({ action }) => action)).toEqual([
    'organization.admin-added',
    'organization.changed',
    'organization.changed',
    'organization.admin-added',
    'organization.admin-removed',
  ]);
});

it('a licence for two is bought for a year by who handles it, and by nobody else', async () => {
  license = await desk.created(organization, { seats: 2, months: 12 });
  expect(license).toMatchObject({ status: 'PENDING', key: null, expiresAt: null });
  expect((await desk.begin(license, jane)).status).toBe(404);
  await desk.bought(license, boss);
  license = expectStatus(200, await desk.read(license, boss));
  expect(license).toMatchObject({ status: 'PENDING', seatsTaken: 0, terms: [{ status: 'PAID', price: 36_000 }] });
  expect(dayOf(license.expiresAt!)).toBe('2028-01-10');
  expect(await validate()).toEqual({ valid: false, reason: 'NOT_ACTIVATED', license: null, file: null });
  expect(await seats({ userId: jane.id })).toMatchObject({ status: 409, body: { code: 'NOT_IN_THIS_STATUS' } });
});

it('it is activated on its domain, by them alone', async () => {
  const activate = (by: Person) =>
    school.post<ActivationDto & Refusal>(
      '/enterprise/licenses/activate',
      { key: license.key, domain: DOMAIN },
      by.token,
    );
  const { admin: stranger } = await desk.customer();
  expect((await activate(stranger)).status).toBe(404);
  expect((await activate(jane)).status).toBe(403);
  const activated = expectStatus(200, await activate(boss));
  expect(activated).toMatchObject({ status: 'ACTIVE', domains: [DOMAIN] });
  expect(expectStatus(200, await activate(boss))).toEqual(activated);
  expect(await validate()).toMatchObject({ valid: true, reason: 'OK', license: { tier: 'TEAM', seats: 2 } });
  expect(await validate(license.key, 'learn.other.example')).toEqual({
    ...{ valid: false, reason: 'WRONG_DOMAIN', license: null, file: null },
  });
});

it('one seat is given, one offered by a letter and accepted; a third is not to be had', async () => {
  expect(expectStatus(201, await seats({ userId: jane.id }))).toMatchObject({ status: 'ASSIGNED', code: null });
  const { code } = expectStatus(201, await seats({ email: 'omar@work.example' }));
  await school.quiet();
  expect(lettersTo('omar@work.example')).toEqual(['A seat for you: Acme']);
  const [{ text } = { text: '' }] = school.mail.messages().filter(({ to }) => to.includes('omar@work.example'));
  const link = /Accept: (\S+)/.exec(text)![1]!;
  expect(link).toMatch(/^http:\/\/localhost:3000\/seats\/accept\?code=/);
  expect(new URL(link).searchParams.get('code')).toBe(code);
  const third = await seats({ email: 'third@work.example' });
  expect(third).toMatchObject({ status: 409, body: { code: 'NO_SEAT_LEFT' } });
  const accepted = await school.post<SeatDto>('/enterprise/seats/accept', { code }, omar.token);
  expect(expectStatus(200, accepted)).toMatchObject({ status: 'ASSIGNED', userId: omar.id });
  expect((await desk.one(license)).seatsTaken).toBe(2);
});

it('who has a seat has the premium courses; who loses it loses them, and another has it', async () => {
  expect((await enroll(await desk.somebody())).status).toBeGreaterThanOrEqual(400);
  expectStatus(201, await enroll(jane));
  expect(await place(jane)).toEqual({ status: 'ACTIVE', type: 'LICENSE' });
  const gone = await school.request('DELETE', `/enterprise/licenses/${license.id}/seats/${jane.id}`, {
    token: boss.token,
  });
  expect(gone.status).toBe(204);
  await school.quiet();
  expect(await place(jane)).toEqual({ status: 'EXPIRED', type: 'LICENSE' });
  expectStatus(201, await seats({ userId: jane.id }));
  await school.quiet();
  expect(await place(jane)).toEqual({ status: 'ACTIVE', type: 'LICENSE' });
});

it('before it expires its people are told, 30, 7 and 1 days before; it is renewed from there', async () => {
  const before = lettersTo(boss.email).length;
  for (const moment of ['2027-12-12', '2028-01-04', '2028-01-09T12:00:00Z']) await desk.to(moment);
  expect(lettersTo(boss.email).slice(before)).toEqual([
    'Your licence expires in 30 days: Acme',
    'Your licence expires in 7 days: Acme',
    'Your licence expires in 1 day: Acme',
  ]);
  await desk.renewed(license, { months: 6 });
  expectStatus(200, await desk.markPaid(license, { reference: 'INV-2028-1' }));
  license = await desk.one(license);
  expect([license.status, dayOf(license.expiresAt!)]).toEqual(['ACTIVE', '2028-07-10']);
  expect(lettersTo(boss.email)).toHaveLength(before + 3);
});

it('it lapses, and everything that it gave with it; the money of its time is all earned', async () => {
  await desk.to('2028-07-11T00:00:00Z');
  const { reason, file } = await validate();
  expect(reason).toBe('EXPIRED');
  expect(await place(jane)).toEqual({ status: 'EXPIRED', type: 'LICENSE' });
  expect(await seats({ email: 'late@work.example' })).toMatchObject({ body: { code: 'NOT_IN_THIS_STATUS' } });
  const { keys } = expectStatus(200, await school.get<{ keys: unknown[] }>('/enterprise/licenses/keys'));
  expect(await verifyOffline({ keys }, [file!], DOMAIN)).toEqual([['EXPIRED', 1]]);
  await desk.days(2);
  const books = await school.books();
  expect(books['liability:deferred:licences USD'] ?? 0).toBe(0);
  expect(books['revenue:licences USD']).toBe(36_000 + 18_000);
});

it('renewed from now it gives again what it gave, until it is revoked', async () => {
  await desk.renewed(license, { months: 1, from: 'NOW' });
  expectStatus(200, await desk.markPaid(license, { reference: 'INV-2028-2' }));
  await school.quiet();
  expect(await validate()).toMatchObject({ valid: true, reason: 'OK' });
  expect(await place(jane)).toEqual({ status: 'ACTIVE', type: 'LICENSE' });
  await desk.done(license, 'revoke', { reason: 'Resold its seats' });
  await school.quiet();
  expect(await validate()).toMatchObject({ valid: false, reason: 'REVOKED' });
  expect(await place(jane)).toEqual({ status: 'EXPIRED', type: 'LICENSE' });
  expect(await desk.act(license, 'renew', { months: 1 })).toMatchObject({
    status: 409,
    body: { detail: 'The licence is REVOKED' },
  });
});
