import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keepBooks } from './support/keep-books.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';

let school: School;
beforeAll(async () => {
  school = await openSchool();
});
afterAll(() => school.close());
keepBooks(() => school);

describe('nothing is sold', () => {
  it.each([
    [
      'a course that is free',
      { isPremium: false, price: 0 },
      400,
      'COURSE_IS_FREE',
      'Course is free, no payment required',
    ],
  ])('%s', async (_, changes, status, code, detail) => {
    const course = await school.course(changes);
    const answer = await school.post('/payments/sessions', { courseId: course.id }, school.student.token);
    expect(answer).toMatchObject({ status, body: { code, detail } });
  });

  it('that does not exist, is a draft, or is archived', async () => {
    const course = await school.course();
    await school.post(`/courses/${course.id}/archive`, {}, school.instructor.token);
    for (const courseId of ['crs_unknown', course.id]) {
      expect((await school.post('/payments/sessions', { courseId }, school.student.token)).status).toBe(404);
    }
  });

  it('that the buyer has already', async () => {
    const buyer = await person(school);
    const course = await school.course();
    const { stripeId } = await school.begin(course.id, buyer);
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    const answer = await school.post('/payments/sessions', { courseId: course.id }, buyer.token);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'ALREADY_ENROLLED', detail: 'Already enrolled in this course' },
    });
  });

  it('on terms that the client sets: an amount, an unknown field, a foreign return address, another provider', async () => {
    const course = await school.course();
    const attempt = (fields: object) =>
      school.post<{ code: string; errors?: { pointer: string }[] }>(
        '/payments/sessions',
        { courseId: course.id, ...fields },
        school.student.token,
      );
    expect((await attempt({ amount: 1 })).body).toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ pointer: '#/amount' }],
    });
    expect((await attempt({ metadata: { a: 1 } })).body).toMatchObject({ errors: [{ pointer: '#/metadata' }] });
    for (const returnUrl of [
      'https://evil.example/',
      'http://localhost:3000@evil.example/',
      'http://somebody@localhost:3000/',
      'http://:secret@localhost:3000/',
    ])
      expect((await attempt({ returnUrl })).body.code).toBe('RETURN_URL_NOT_ALLOWED');
    expect((await attempt({ provider: 'CASH' })).body.code).toBe('PROVIDER_NOT_OFFERED');
    const { rows } = { rows: await school.sql('SELECT 1 FROM payment_sessions WHERE item_id = $1', [course.id]) };
    expect(rows).toEqual([]);
  });

  it('to somebody who is not signed in', async () => {
    expect((await school.post('/payments/sessions', { courseId: 'crs_x' })).status).toBe(401);
  });
});

describe('a declined card', () => {
  it('changes nothing, and the buyer may try another on the same session', async () => {
    const buyer = await person(school);
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, buyer);
    expect(school.sandbox.stripe.pay(stripeId, { card: '4000000000000002' }).outcome).toBe('declined');
    await school.quiet();
    expect((await school.get(`/payments/sessions/stripe/${stripeId}`, buyer.token)).body).toMatchObject({
      status: 'PENDING',
    });
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(404);
    expect(await school.entriesAbout(session.paymentId)).toEqual([]);

    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    expect((await school.get(`/payments/${session.paymentId}`, buyer.token)).body).toMatchObject({
      status: 'COMPLETED',
    });
    expect(await school.entriesAbout(session.paymentId)).toEqual(['course.sold']);
  });
});
