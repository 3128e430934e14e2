import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keepBooks } from './support/keep-books.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

let school: School;
beforeAll(async () => {
  school = await openSchool();
});
afterAll(() => school.close());
keepBooks(() => school);

describe('a course is sold', () => {
  it('from the quote to the books: session, payment, place, access, ledger, report', async () => {
    const course = await school.course();
    const { session, redirectUrl, stripeId } = await school.begin(course.id);
    expect(session).toMatchObject({
      status: 'PENDING',
      item: { kind: 'course', id: course.id, title: 'Swahili for beginners' },
      amount: 9999,
      discountAmount: 0,
      taxAmount: 0,
      finalAmount: 9999,
      currency: 'USD',
      provider: 'STRIPE',
      failureReason: null,
    });
    expect(redirectUrl).toBe(school.sandbox.stripe.session(stripeId).url);

    school.sandbox.stripe.pay(stripeId);
    await school.quiet();

    const { body: paid } = await school.get(`/payments/sessions/${session.id}`, school.student.token);
    expect(paid).toMatchObject({ status: 'COMPLETED', redirectUrl: null, completedAt: expect.any(String) });
    const { body: enrollment } = await school.get(`/enrollments/course/${course.id}`, school.student.token);
    expect(enrollment).toMatchObject({
      status: 'ACTIVE',
      type: 'PAID',
      source: 'DIRECT',
      paymentStatus: 'PAID',
      paymentSessionId: session.id,
      amount: 9999,
      amountPaid: 9999,
      currency: 'USD',
      progress: 0,
    });
    expect(
      await school.sql('SELECT user_id, source FROM access_grants WHERE course_id = $1 AND revoked_at IS NULL', [
        course.id,
      ]),
    ).toEqual([{ user_id: school.student.id, source: 'ENROLLMENT' }]);
    expect(await school.books()).toEqual({
      'asset:provider:stripe USD': 9999 - 320,
      'expense:provider-fees USD': 320,
      [`liability:earnings-pending:${school.instructor.id} USD`]: 6999,
      'revenue:courses USD': 3000,
    });

    const { body: byCourse } = await school.get<{ rows: object[] }>(
      '/finance/reports/revenue?groupBy=course',
      school.admin.token,
    );
    const figures = {
      currency: 'USD',
      sales: 1,
      received: 9999,
      refunded: 0,
      tax: 0,
      instructorShare: 6999,
      earned: 3000,
      deferred: 0,
      losses: 0,
    };
    expect(byCourse.rows).toEqual([{ key: course.id, ...figures }]);
    const { body: byProvider } = await school.get<{ rows: object[] }>(
      '/finance/reports/revenue?groupBy=provider',
      school.admin.token,
    );
    expect(byProvider.rows).toEqual([{ key: 'STRIPE', ...figures }]);

    const { body: entries } = await school.get<{ data: object[] }>(
      `/finance/ledger/entries?objectId=${String(session.paymentId)}`,
      school.admin.token,
    );
    const provider = 'asset:provider:stripe';
    expect(entries.data).toHaveLength(2);
    expect(entries.data).toMatchObject([
      {
        kind: 'provider.settled',
        reference: expect.stringMatching(/^stripe:txn_/),
        objectType: 'payment',
        actor: 'system',
        reverses: null,
        postings: [
          { account: 'expense:provider-fees', amount: 320, currency: 'USD' },
          { account: provider, amount: -320, currency: 'USD' },
        ],
      },
      {
        kind: 'course.sold',
        reference: `${session.paymentId}:sold`,
        objectType: 'payment',
        actor: school.student.id,
        postings: [
          { account: provider, amount: 9999, currency: 'USD' },
          { account: `liability:earnings-pending:${school.instructor.id}`, amount: -6999, currency: 'USD' },
          { account: 'revenue:courses', amount: -3000, currency: 'USD' },
        ],
      },
    ]);
  });

  it('is counted for the course, once', async () => {
    const course = await school.course();
    const { stripeId } = await school.begin(course.id);
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    expect(await school.sql('SELECT enrollment_count FROM courses WHERE id = $1', [course.id])).toEqual([
      { enrollment_count: 1 },
    ]);
  });

  it('and found in the history of its buyer, by its id, and by an admin, but by nobody else', async () => {
    const buyer = await person(school);
    const other = await person(school);
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, buyer);
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();

    const history = expectStatus(
      200,
      await school.get<{ data: { id: string; status: string; total: number }[] }>('/payments/history', buyer.token),
    );
    expect(history.data).toMatchObject([{ id: session.paymentId, status: 'COMPLETED', total: 9999, userId: buyer.id }]);
    expectStatus(200, await school.get(`/payments/${session.paymentId}`, buyer.token));
    expectStatus(200, await school.get(`/payments/${session.paymentId}`, school.admin.token));
    const all = expectStatus(
      200,
      await school.get<{ data: { id: string }[] }>('/payments?status=COMPLETED', school.admin.token),
    );
    expect(all.data.map(({ id }) => id)).toContain(session.paymentId);
    const none = expectStatus(
      200,
      await school.get<{ data: object[] }>('/payments/history?status=REFUNDED', buyer.token),
    );
    expect(none.data).toEqual([]);

    for (const path of [`/payments/${session.paymentId}`, `/payments/sessions/${session.id}`]) {
      expect((await school.get<{ code: string }>(path, other.token)).body.code).toBe('NOT_FOUND');
    }
    expect((await school.get('/payments', other.token)).status).toBe(403);
    expect((await school.get<{ data: object[] }>('/payments/history', other.token)).body.data).toEqual([]);
  });

  it('by the id of the provider: whole to its owner, id and status to anyone else', async () => {
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, await person(school));
    const path = `/payments/sessions/stripe/${stripeId}`;
    const nobody = { id: session.id, status: 'PENDING' };
    expect((await school.get(path)).body).toEqual(nobody);
    expect((await school.get(path, school.student.token)).body).toEqual(nobody);
    expect((await school.get<{ session: object }>(path, school.admin.token)).body.session).toMatchObject({
      amount: 9999,
    });
    expect((await school.get(path, 'not.a.token')).status).toBe(401);
    expect((await school.get('/payments/sessions/stripe/cs_test_unknown')).status).toBe(404);
  });

  it('is known by its buyer at once, though no webhook has come: the lookup reconciles', async () => {
    const buyer = await person(school);
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, buyer);
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.pay(stripeId);
    const { body } = await school.get(`/payments/sessions/stripe/${stripeId}`, buyer.token);
    expect(body).toMatchObject({ id: session.id, status: 'COMPLETED' });
    expectStatus(200, await school.get(`/enrollments/course/${course.id}`, buyer.token));
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await school.entriesAbout(session.paymentId)).toEqual(['course.sold']);
  });

  it('keeps the price it was begun at, whatever the instructor does meanwhile', async () => {
    const buyer = await person(school);
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, buyer);
    expectStatus(
      200,
      await school.request('PATCH', `/courses/${course.id}`, {
        body: { price: 19_999 },
        token: school.instructor.token,
      }),
    );
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    expect((await school.get(`/payments/${session.paymentId}`, buyer.token)).body).toMatchObject({
      status: 'COMPLETED',
      total: 9999,
    });
  });

  it.each([
    ['JPY', 5000, 3500, 1500, 175],
    ['KWD', 12_340, 8638, 3702, 388],
    ['EUR', 101, 71, 30, 33],
  ])('in %s, to the minor unit: the parts sum to the whole', async (currency, price, share, revenue, fee) => {
    const course = await school.course({ currency, price });
    const { session, stripeId } = await school.begin(course.id, await person(school));
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    const postings = await school.sql<{ code: string; amount: number }>(
      `SELECT a.code, p.amount::int FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
       JOIN ledger_entries e ON e.id = p.entry_id WHERE e.object_id = $1 ORDER BY e.id, p.position`,
      [session.paymentId],
    );
    expect(postings.map(({ code, amount }) => [code, amount])).toEqual([
      ['asset:provider:stripe', price],
      [`liability:earnings-pending:${school.instructor.id}`, -share],
      ['revenue:courses', -revenue],
      ['expense:provider-fees', fee],
      ['asset:provider:stripe', -fee],
    ]);
  });
});

describe('a free course', () => {
  it('is enrolled in at once, under both paths, and once', async () => {
    const buyer = await person(school);
    const course = await school.course({ isPremium: false, price: 0 });
    const enrolled = await school.post('/payments/enrollments', { courseId: course.id }, buyer.token);
    expect(enrolled).toMatchObject({
      status: 201,
      body: { status: 'ACTIVE', type: 'FREE', paymentStatus: 'FREE', amountPaid: 0 },
    });
    const again = await school.post('/enrollments', { courseId: course.id }, buyer.token);
    expect(again).toMatchObject({
      status: 400,
      body: { code: 'ALREADY_ENROLLED', detail: 'Already enrolled in this course' },
    });
    for (const path of ['/enrollments', '/payments/enrollments']) {
      expect((await school.get<{ data: object[] }>(path, buyer.token)).body.data).toMatchObject([
        { course: { id: course.id } },
      ]);
      expect((await school.get(`${path}/course/${course.id}`, buyer.token)).status).toBe(200);
    }
  });

  it('is given once to twenty requests at once', async () => {
    const buyer = await person(school);
    const course = await school.course({ isPremium: false, price: 0 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => school.post('/enrollments', { courseId: course.id }, buyer.token)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(19).fill(400)]);
    await school.quiet();
    expect(await school.sql('SELECT enrollment_count FROM courses WHERE id = $1', [course.id])).toEqual([
      { enrollment_count: 1 },
    ]);
  });

  it('does not open a premium one', async () => {
    const course = await school.course();
    const answer = await school.post('/enrollments', { courseId: course.id }, (await person(school)).token);
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'PAYMENT_REQUIRED', detail: 'Payment required for this course' },
    });
  });
});
