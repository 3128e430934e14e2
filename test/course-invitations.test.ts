import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CourseDto } from '../src/courses/catalogue/courses.dto.js';
import type { EnrollmentDto } from '../src/enrollments/index.js';
import type { InvitationDto, NewInvitationDto } from '../src/enrollments/invitations/invitations.dto.js';
import type { Page } from '../src/platform/http/index.js';
import { BundleDesk, type Problem } from './support/bundle-desk.js';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School, told } from './support/school.js';

/* Courses that are by invitation only; and how buyers say that they came to a course. */

let school: School;
let desk: BundleDesk;
let premium: CourseDto;
let free: CourseDto;
let buyer: Person;
beforeAll(async () => {
  school = await openSchool();
  desk = new BundleDesk(school);
  premium = await desk.course(6000, undefined, { admission: 'INVITATION_ONLY' });
  free = await desk.course(0, undefined, { admission: 'invitation only', isPremium: false });
});
afterAll(() => school.close());
endQuietly(() => school);
beforeEach(async () => {
  buyer = await person(school);
});

const at = ({ id }: CourseDto) => `/courses/${id}/invitations`;
const invite = async (course: CourseDto, who = school.instructor) =>
  expectStatus(201, await school.post<NewInvitationDto>(at(course), { name: 'Juma' }, who.token));
const enter = ({ id }: CourseDto, fields: object = {}, who = buyer) =>
  school.post<EnrollmentDto & Problem>('/enrollments', { courseId: id, ...fields }, who.token);
const listed = async (course: CourseDto) =>
  (await school.get<Page<InvitationDto>>(at(course), school.instructor.token)).body;
const withdraw = (course: CourseDto, { id }: { id: string }, who = school.instructor) =>
  school.request<Problem>('DELETE', `${at(course)}/${id}`, { token: who.token });
const refusal = { status: 403, body: { code: 'INVITATION_NEEDED' } };

describe('by invitation only', () => {
  it('a free course is had at once by who has a code; without one, or with another, by nobody', async () => {
    expect(free.admission).toBe('INVITATION_ONLY');
    const { code } = await invite(free);
    for (const fields of [{}, { invitation: 'made up' }, { invitation: (await invite(premium)).code }])
      expect(await enter(free, fields)).toMatchObject(refusal);
    const place = expectStatus(201, await enter(free, { invitation: code, source: 'REFERRAL' }));
    expect(place).toMatchObject({
      status: 'ACTIVE',
      type: 'INVITATION_ONLY',
      source: 'REFERRAL',
      paymentStatus: 'FREE',
    });
    expect(await enter(free, { invitation: code }, await person(school))).toMatchObject(refusal);
    expect(told(await enter(free, { invitation: (await invite(free)).code }))).toBe('ALREADY_ENROLLED');
    expectStatus(200, await school.post(`/enrollments/${place.id}/cancel`, {}, buyer.token));
    expect(await enter(free, { invitation: code })).toMatchObject(refusal);
  });

  it('a premium course may be bought by who has accepted, and by nobody else', async () => {
    const other = await person(school);
    expect(await desk.ask({ courseId: premium.id }, buyer)).toMatchObject(refusal);
    const { code } = await invite(premium, school.admin);
    const pending = { status: 'PENDING', type: 'INVITATION_ONLY', paymentStatus: 'PENDING', position: null };
    const place = expectStatus(201, await enter(premium, { invitation: code }));
    expect(place).toMatchObject(pending);
    // Again is the same.
    expect((await enter(premium, { invitation: code })).body).toEqual(place);
    expect(await desk.ask({ courseId: premium.id }, other)).toMatchObject(refusal);
    const sale = await desk.bought({ courseId: premium.id }, buyer);
    expect(await desk.places(sale, [premium])).toMatchObject([
      { status: 'ACTIVE', type: 'PAID', paid: 'PAID', open: true },
    ]);
    await desk.giveBack(sale);
    expect(await desk.ask({ courseId: premium.id }, buyer)).toMatchObject(refusal);
  });

  it('a code that two send at once is one of theirs; one that is withdrawn at the same time is either', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => person(school)));
    const { code, id } = await invite(free);
    const answers = await Promise.all(people.map(async (who) => told(await enter(free, { invitation: code }, who))));
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    const [accepted] = (await listed(free)).data;
    expect(accepted).toMatchObject({ id, acceptedBy: people[answers.indexOf('done')]!.id, withdrawnAt: null });

    const another = await invite(free);
    const [entered, gone] = await Promise.all([
      enter(free, { invitation: another.code }, buyer),
      withdraw(free, another),
    ]);
    expect([entered.status, gone.status]).toEqual(entered.status === 201 ? [201, 409] : [403, 204]);
  });

  it('an invitation is withdrawn until it is accepted, again without harm, and shows its code only once', async () => {
    const { code, ...invitation } = await invite(free);
    expect((await listed(free)).data[0]).toEqual(invitation);
    expect(JSON.stringify(await school.sql('SELECT * FROM course_invitations'))).not.toContain(code);
    for (let time = 0; time < 2; time += 1) expect((await withdraw(free, invitation)).status).toBe(204);
    expect(await enter(free, { invitation: code })).toMatchObject(refusal);
    const used = await invite(free);
    expectStatus(201, await enter(free, { invitation: used.code }));
    expect(told(await withdraw(free, used))).toBe('INVITATION_USED');
    expect((await withdraw(free, { id: 'inv_unknown' })).status).toBe(404);
    expect((await withdraw(premium, used)).status).toBe(404);
  });

  it('strangers neither invite nor see nor withdraw, and nobody is invited where anybody may come', async () => {
    const other = await person(school, 'INSTRUCTOR');
    const invitation = await invite(free);
    for (const [who, status] of [[other, 404] as const, [buyer, 403] as const]) {
      expect((await school.post(at(free), { name: 'Me' }, who.token)).status).toBe(status);
      expect((await school.get(at(free), who.token)).status).toBe(status);
      expect((await withdraw(free, invitation, who)).status).toBe(status);
    }
    expect(await school.post(at(free), {}, school.instructor.token)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/name' }] },
    });
    const open = await desk.course(0, undefined, { isPremium: false });
    const answer = await school.post<Problem>(at(open), { name: 'Juma' }, school.instructor.token);
    expect(told(answer)).toBe('NOT_BY_INVITATION');
    expect(told(await enter(open))).toBe('done');
  });
});

describe('how a buyer came to a course', () => {
  it.each([
    [{}, 'DIRECT'],
    [{ source: 'REFERRAL' }, 'REFERRAL'],
    [{ couponCode: 'SOURCES' }, 'PROMOTION'],
    [{ couponCode: 'SOURCES', source: 'REFERRAL' }, 'REFERRAL'],
  ])('%j: %s', async (fields, source) => {
    const coupon = { code: 'SOURCES', name: 'Ten off', discountType: 'PERCENTAGE', discountValue: 10 };
    await school.post('/coupons', coupon, school.admin.token);
    const course = await desk.course(6000);
    const sale = await desk.bought({ courseId: course.id, ...fields }, buyer);
    expect(await desk.places(sale, [course])).toMatchObject([{ source }]);
  });

  it('is one of three', async () => {
    const course = await desk.course(6000);
    for (const source of ['BUNDLE', 'LICENSE'])
      expect(await desk.ask({ courseId: course.id, source }, buyer)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '#/source' }] },
      });
  });
});
