import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContentAddressDto } from '../src/courses/content/content.dto.js';
import { ContentDesk, fileOf, type Lecture, load } from './support/content-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Who may read a lecture's file, by which address, in which parts. */

let school: School;
let desk: ContentDesk;
let directory: string;
let lecture: Lecture;
/** Enrolled, all of them. */
let student: Person;
let other: Person;
const file = fileOf('video/mp4', 100_000);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'content-'));
  school = await openSchool({ ROLE: 'api', STORAGE_DIR: directory, JWT_EXPIRES_IN: '86400' });
  desk = new ContentDesk(school, school.instructor);
  lecture = await desk.lecture();
  await desk.upload(lecture, file, { fileName: 'Habari – 1.mp4' });
  ({ student } = school);
  other = await person(school);
  for (const one of [student, other]) await enroll(one, lecture);
}, 60_000);
afterAll(async () => {
  await school.close();
  await rm(directory, { recursive: true });
});

async function enroll({ token }: Person, { courseId }: Lecture): Promise<void> {
  expectStatus(201, await school.post('/enrollments', { courseId }, token));
}
const revoke = ({ id }: Person, { courseId }: Lecture) =>
  school.sql('UPDATE access_grants SET revoked_at = now() WHERE user_id = $1 AND course_id = $2', [id, courseId]);

const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` });
async function outcome(url: string, headers?: Record<string, string>): Promise<string> {
  const { status, code } = await load(url, headers);
  return code ? `${status} ${code}` : String(status);
}

describe('the address', () => {
  it('is given to who has access, with what it leads to and until when', async () => {
    const { url, expiresAt, fileName, mediaType, size } = await desk.address(lecture, student);
    expect([fileName, mediaType, size]).toEqual(['Habari – 1.mp4', 'video/mp4', 100_000]);
    expect(url).toMatch(new RegExp(`^${school.url}/api/content/${lecture.lectureId}\\?user=${student.id}&file=obj_`));
    const minutes = (new Date(expiresAt).getTime() - school.clock.now().getTime()) / 60_000;
    expect(Math.round(minutes)).toBe(60);
  });

  it('comes with a cookie for files alone, which no script can read and no other site sends', async () => {
    const { headers } = await desk.ask(lecture, student);
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^bursar_content=[^;]+; Path=\/api\/content; Expires=[^;]+; HttpOnly; SameSite=Lax$/),
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['the instructor', () => school.instructor],
    ['an admin', () => school.admin],
  ])('is given to %s', async (_, who) => {
    const { url } = await desk.address(lecture, who());
    expect(await outcome(url, bearer(who()))).toBe('200');
  });

  it('is not given to who is not enrolled, has lost access, or teaches something else', async () => {
    const [stranger, former, teacher] = await Promise.all([
      person(school),
      person(school),
      person(school, 'INSTRUCTOR'),
    ]);
    await enroll(former, lecture);
    await revoke(former, lecture);
    for (const one of [stranger, former, teacher])
      expect(await desk.ask(lecture, one)).toMatchObject({ status: 403, body: { code: 'NOT_ENROLLED' } });
  });

  it('is not there for a course that is hidden, of another course, and of a lecture without a file', async () => {
    const [hidden, empty] = [await desk.lecture(), await desk.lecture()];
    await enroll(student, hidden);
    await enroll(student, empty);
    await desk.upload(hidden, file);
    expectStatus(200, await school.post(`/courses/${hidden.courseId}/archive`, {}, school.instructor.token));
    expect((await desk.ask(hidden, other)).status).toBe(404);
    expect((await desk.ask(hidden, student)).status).toBe(200);
    expect((await desk.ask({ ...lecture, courseId: hidden.courseId }, student)).status).toBe(404);
    expect((await desk.ask(empty, student)).status).toBe(404);
    expect((await desk.ask({ ...lecture, lectureId: 'lec_none' }, student)).status).toBe(404);
  });
});

describe('by its address', () => {
  let mine: ContentAddressDto & { cookie: string };
  let theirs: typeof mine;
  beforeAll(async () => {
    mine = await desk.address(lecture, student);
    theirs = await desk.address(lecture, other);
  });

  it('the file is fetched by the token or by the browser of who was given it', async () => {
    for (const headers of [bearer(student), { cookie: mine.cookie }, { cookie: `a=b; ${mine.cookie}; c=d` }]) {
      const { status, body } = await load(mine.url, headers);
      expect([status, body.equals(file)]).toEqual([200, true]);
    }
  });

  it('nobody else fetches it, whoever they are', async () => {
    expect(await outcome(mine.url)).toBe('401 UNAUTHENTICATED');
    expect(await outcome(mine.url, bearer(other))).toBe('403 CONTENT_URL_NOT_YOURS');
    expect(await outcome(mine.url, { cookie: theirs.cookie })).toBe('403 CONTENT_URL_NOT_YOURS');
    expect(await outcome(mine.url, bearer(school.admin))).toBe('403 CONTENT_URL_NOT_YOURS');
    // A token says more than a cookie.
    expect(await outcome(mine.url, { ...bearer(other), cookie: mine.cookie })).toBe('403 CONTENT_URL_NOT_YOURS');
    expect(await outcome(mine.url, { authorization: 'Bearer x', cookie: mine.cookie })).toBe('401 UNAUTHENTICATED');
  });

  it('a cookie that was altered says nothing', async () => {
    const [, user = '', expires = '', signature = ''] = /=([^.]+)\.([^.]+)\.(.+)$/.exec(theirs.cookie) ?? [];
    for (const forged of [
      `${student.id}.${expires}.${signature}`,
      `${user}.${Number(expires) + 1}.${signature}`,
      `${student.id}.${expires}.`,
      new URL(mine.url).searchParams.get('signature')!,
    ])
      expect(await outcome(mine.url, { cookie: `bursar_content=${forged}` })).toBe('401 UNAUTHENTICATED');
  });

  it.each(['user', 'file', 'expires', 'signature'])('altered in %s, or without it, it leads nowhere', async (part) => {
    const url = new URL(mine.url);
    const value = url.searchParams.get(part)!;
    const values = {
      user: other.id,
      file: 'obj_none',
      expires: String(Number(value) + 60),
      signature: `${value.slice(0, -2)}AA`,
    };
    for (const altered of [values[part as keyof typeof values], '', `${value} `]) {
      url.searchParams.set(part, altered);
      for (const one of [student, other]) expect(await outcome(url.href, bearer(one))).toBe('403 CONTENT_URL_INVALID');
    }
    url.searchParams.delete(part);
    expect(await outcome(url.href, bearer(student))).toBe('403 CONTENT_URL_INVALID');
    expect(await outcome(`${mine.url}&${part}=${value}`, bearer(student))).toBe('403 CONTENT_URL_INVALID');
  });

  it('it leads to no other lecture', async () => {
    const another = await desk.lecture();
    await enroll(student, another);
    await desk.upload(another, file);
    const moved = mine.url.replace(lecture.lectureId, another.lectureId);
    expect(await outcome(moved, bearer(student))).toBe('403 CONTENT_URL_INVALID');
  });

  it('it leads nowhere once access is gone, by whatever way', async () => {
    const former = await person(school);
    await enroll(former, lecture);
    const { url, cookie } = await desk.address(lecture, former);
    expect(await outcome(url, { cookie })).toBe('200');
    await revoke(former, lecture);
    expect(await outcome(url, { cookie })).toBe('403 NOT_ENROLLED');

    const sold = await desk.lecture({ price: 2000 });
    await desk.upload(sold, file);
    const { stripeId } = await school.begin(sold.courseId, former);
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    const bought = await desk.address(sold, former);
    expect(await outcome(bought.url, bearer(former))).toBe('200');
    const [payment] = await school.sql<{ id: string }>(
      'SELECT p.id FROM payments p JOIN payment_sessions s ON s.id = p.session_id WHERE s.item_id = $1',
      [sold.courseId],
    );
    expect(
      (await school.post(`/finance/payments/${payment!.id}/refund`, { reason: 'not for me' }, school.admin.token))
        .status,
    ).toBeLessThan(300);
    await school.quiet();
    expect(await outcome(bought.url, bearer(former))).toBe('403 NOT_ENROLLED');
  });

  it('it leads to the file that it was made for, and not to what came in its place', async () => {
    const changing = await desk.lecture();
    await enroll(student, changing);
    await desk.upload(changing, file);
    const before = await desk.address(changing, student);
    await desk.upload(changing, fileOf('application/pdf', 1_000), { mediaType: 'application/pdf' });
    expect(await outcome(before.url, bearer(student))).toBe('410 CONTENT_REPLACED');
    expect(await outcome((await desk.address(changing, student)).url, bearer(student))).toBe('200');
  });

  it('it is over after an hour, and so is the cookie', async () => {
    school.clock.advance(3_540);
    expect(await outcome(mine.url, { cookie: mine.cookie })).toBe('200');
    school.clock.advance(60);
    expect(await outcome(mine.url, bearer(student))).toBe('403 CONTENT_URL_EXPIRED');
    const fresh = await desk.address(lecture, student);
    expect(await outcome(fresh.url, { cookie: mine.cookie })).toBe('401 UNAUTHENTICATED');
    expect(await outcome(fresh.url, { cookie: fresh.cookie })).toBe('200');
  });
});

describe('a preview', () => {
  it('is for anybody who is signed in, as long as the course is on sale', async () => {
    const shown = await desk.lecture({ price: 2000 });
    await desk.upload(shown, file);
    const anybody = await person(school);
    expect((await desk.ask(shown, anybody)).status).toBe(403);
    const { courseId, moduleId, lectureId } = shown;
    const path = `/courses/${courseId}/modules/${moduleId}/lectures/${lectureId}`;
    const edit = (isPreview: unknown) =>
      school.request('PATCH', path, { body: { isPreview }, token: school.instructor.token });
    expect((await edit('yes')).status).toBe(400);
    expectStatus(200, await edit(true));
    expect(await desk.shown(shown)).toMatchObject({ title: 'Habari', isPreview: true, hasContent: true });
    const { url } = await desk.address(shown, anybody);
    expect(await outcome(url, bearer(anybody))).toBe('200');
    expect((await school.get(`/courses/${courseId}/lectures/${lectureId}/content`)).status).toBe(401);
    expectStatus(200, await edit(false));
    expect(await outcome(url, bearer(anybody))).toBe('403 NOT_ENROLLED');
    expectStatus(200, await edit(true));
    expectStatus(200, await school.post(`/courses/${courseId}/archive`, {}, school.instructor.token));
    expect(await outcome(url, bearer(anybody))).toBe('403 NOT_ENROLLED');
    expect((await desk.ask(shown, anybody)).status).toBe(404);
  });
});
