import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CourseCompleted } from '../src/enrollments/index.js';
import { inTransaction } from '../src/platform/database/index.js';
import { EventBus } from '../src/platform/events/index.js';
import { newId } from '../src/platform/ids/index.js';
import { AwardCompletion } from '../src/tokens/account/award-completion.js';
import { keepBooks } from './support/keep-books.js';
import { completeCourse, type Refusal } from './support/learning-desk.js';
import { person } from './support/people.js';
import { expectStatus, type School } from './support/school.js';
import { rewards, TokenDesk } from './support/token-desk.js';

/* How tokens come, and how they are seen. */

let desk: TokenDesk;
let school: School;
beforeAll(async () => {
  desk = await TokenDesk.open();
  ({ school } = desk);
}, 60_000);
afterAll(() => school.close());
keepBooks(() => school);

const moved = {
  id: expect.stringMatching(/^tkn_[0-9a-z]{26}$/),
  createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
  redemption: null,
};
const profile = async (token: string) =>
  (await school.get<{ balances: { tokens: unknown } }>('/auth/me', token)).body.balances.tokens;

const completionOf = (enrollmentId: string, userId: string, courseId: string) =>
  new CourseCompleted(enrollmentId, userId, courseId, new Date().toISOString(), 'UTC');

describe('tokens', () => {
  it('are rewarded and worth what the file of the school says', async () => {
    const { status, body } = await school.get('/tokens/rewards', school.student.token);
    const { days, completions } = rewards.streaks;
    const [ten, five, dear] = rewards.coupons;
    expect([status, body]).toEqual([
      200,
      {
        completion: 150,
        freeCompletion: 100,
        streaks: { days: { ...days, withinDays: 1 }, completions },
        wallet: rewards.wallet,
        coupons: [
          { ...ten, discountValue: 10, currency: null, minimumAmount: null, maximumDiscount: null },
          { ...five, maximumDiscount: null },
          { ...dear, discountValue: 50, currency: null, minimumAmount: null, maximumDiscount: null },
        ],
      },
    ]);
  });

  it('are none before any came', async () => {
    const who = await person(school);
    expect(await desk.balance(who)).toBe(0);
    expect(await desk.history(who)).toEqual({ data: [], nextCursor: null });
    expect(await profile(who.token)).toEqual({ balance: 0 });
  });

  it('are told page by page, newest first, each with the balance after it; and nobody sees those of another', async () => {
    const [who, other] = [await desk.rich(1), await desk.rich(7)];
    for (const amount of [2, 3, 4, 5]) await desk.award({ userId: who.id, amount });
    const line = (sequence: number, balance: number) => ({
      ...{ ...moved, sequence, amount: sequence, balance },
      ...{ type: 'AWARD', reason: 'A gift' },
    });
    const first = await desk.history(who, '?limit=2');
    expect(first).toEqual({ data: [line(5, 15), line(4, 10)], nextCursor: '4' });
    const second = await desk.history(who, `?limit=2&cursor=${first.nextCursor}`);
    expect(second).toEqual({ data: [line(3, 6), line(2, 3)], nextCursor: '2' });
    expect(await desk.history(who, '?limit=2&cursor=2')).toEqual({ data: [line(1, 1)], nextCursor: null });
    expect((await desk.history(who, '?limit=5')).nextCursor).toBeNull();
    expect((await desk.history(other)).data).toEqual([{ ...line(1, 7), amount: 7 }]);
    expect(await profile(who.token)).toEqual({ balance: 15 });
  });

  it.each(['cursor=x', 'cursor=-1', 'limit=0', 'limit=101', 'userId=usr_1'])('%s is refused', async (query) => {
    const { status, body } = await school.get<Refusal>(`/tokens/history?${query}`, school.student.token);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });
});

describe('a completed course', () => {
  it('that is free brings what is usual of one, and a letter', async () => {
    const { student } = await desk.completed();
    expect(await desk.history(student)).toEqual({
      data: [{ ...moved, sequence: 1, type: 'AWARD', amount: 100, balance: 100, reason: 'Completed “Swahili”' }],
      nextCursor: null,
    });
    const letters = school.mail.messages().filter(({ to }) => to.includes(student.email));
    expect(letters.map(({ subject }) => subject).toSorted()).toEqual([
      'You got 100 tokens',
      'You have completed the course: Swahili',
    ]);
  });

  it('brings what its terms say: more, nothing, or what is usual again', async () => {
    const { student } = await desk.completed({ completionTokens: 250 });
    expect(await desk.balance(student)).toBe(250);
    await desk.completed({ completionTokens: 0 }, student);
    expect(await desk.balance(student)).toBe(250);
    await desk.completed({ completionTokens: null }, student);
    expect(await desk.balance(student)).toBe(350);
  });

  it('brings it once, delivered five times one after another, and at once, and for another place in it', async () => {
    const { student, courseId, enrollmentId } = await desk.completed();
    const told = (id = enrollmentId) => completionOf(id, student.id, courseId);
    const { app } = school;
    await school.sql(
      `UPDATE outbox_messages SET status = 'PENDING', attempts = 0, available_at = occurred_at WHERE subscriber = 'tokens.completion' AND payload->>'courseId' = $1`,
      [courseId],
    );
    for (let time = 0; time < 4; time += 1) {
      await inTransaction(() => app.get(EventBus).publish(told(newId('enrollment'))));
      await school.settle();
    }
    const delivered = await school.sql(
      `SELECT status FROM outbox_messages WHERE subscriber = 'tokens.completion' AND payload->>'courseId' = $1`,
      [courseId],
    );
    expect(delivered.map(({ status }) => status)).toEqual(Array(5).fill('DONE'));
    expect((await desk.history(student)).data).toHaveLength(1);
    const scores = await school.sql('SELECT DISTINCT score::int FROM token_scores WHERE user_id = $1', [student.id]);
    expect(scores).toEqual([{ score: 100 }]);
    const letters = await school.sql(`SELECT id FROM emails WHERE recipient_id = $1 AND template = 'token-award'`, [
      student.id,
    ]);
    expect(letters).toHaveLength(1);
  });

  it('brings it once when its first deliveries come all at once', async () => {
    const [course, who] = [await school.course(), await person(school)];
    const told = completionOf(newId('enrollment'), who.id, course.id);
    const award = school.app.get(AwardCompletion);
    await Promise.all(Array.from({ length: 5 }, () => inTransaction(() => award.onCourseCompleted(told))));
    expect((await desk.history(who)).data.map(({ amount, balance }) => [amount, balance])).toEqual([[150, 150]]);
    const told5 = await school.sql(
      `SELECT DISTINCT event_id FROM outbox_messages WHERE event_name = 'TokensAwarded' AND payload->>'userId' = $1`,
      [who.id],
    );
    expect(told5).toHaveLength(1);
  });

  it('that is premium brings what is usual of one; refunded, it keeps that and brings no more', async () => {
    const buyer = await person(school);
    const { id: courseId } = await school.course();
    const { session, stripeId } = await school.begin(courseId, buyer);
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    const { id } = await completeCourse(school, { courseId, buyer });
    const refund = { paymentId: session.paymentId, reason: 'It was too short' };
    expectStatus(200, await school.post('/payments/refund', refund, school.admin.token));
    await school.quiet();
    expect(await desk.balance(buyer)).toBe(150);
    await inTransaction(() => school.app.get(EventBus).publish(completionOf(id, buyer.id, courseId)));
    await school.settle();
    expect(await desk.balance(buyer)).toBe(150);
  });

  it('and another bring both, at once too', async () => {
    const [who, ...courses] = [await person(school), await school.course(), await school.course()];
    const award = school.app.get(AwardCompletion);
    const told = courses.map(({ id }) => completionOf(newId('enrollment'), who.id, id));
    await Promise.all(told.map((event) => inTransaction(() => award.onCourseCompleted(event))));
    expect((await desk.history(who)).data.map(({ balance }) => balance)).toEqual([300, 150]);
  });
});

describe('an admin', () => {
  it('gives tokens, and takes some back, each with its reason and audited', async () => {
    const who = await person(school);
    const given = await desk.award({ userId: who.id, amount: 500, reason: 'Translated a course' });
    const line = { ...moved, sequence: 1, type: 'AWARD', amount: 500, balance: 500, reason: 'Translated a course' };
    expect([given.status, given.body]).toEqual([201, line]);
    const taken = await desk.award({ userId: who.id, amount: -120, reason: 'It was another course' });
    expect(taken.body).toMatchObject({ type: 'ADJUSTMENT', amount: -120, balance: 380, sequence: 2 });
    const audited = await school.sql(
      `SELECT actor_id, action, object_type, reason, before, after FROM audit_records WHERE object_id = $1 ORDER BY at, id`,
      [who.id],
    );
    const record = { actor_id: school.admin.id, action: 'tokens.awarded', object_type: 'user' };
    expect(audited).toEqual([
      {
        ...{ ...record, reason: 'Translated a course', before: { balance: 0 } },
        after: { balance: 500, amount: 500, transactionId: given.body.id },
      },
      {
        ...{ ...record, reason: 'It was another course', before: { balance: 500 } },
        after: { balance: 380, amount: -120, transactionId: taken.body.id },
      },
    ]);
  });

  it('gives them once for a key, ten times at once; without one each time; and two admins may have the same key', async () => {
    const [who, colleague] = [await person(school), await person(school, 'ADMIN')];
    const headers = { 'idempotency-key': 'the-same' };
    const award = (by = school.admin) => desk.award({ userId: who.id, amount: 10 }, headers, by);
    const answers = await Promise.all(Array.from({ length: 10 }, () => award()));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(await desk.balance(who)).toBe(10);
    expect((await award(colleague)).body.balance).toBe(20);
    // As if the process had died after the commit, before it could keep its answer.
    await school.sql(
      `UPDATE idempotency_keys SET status_code = NULL, body = NULL, lease_until = $2 WHERE key = 'the-same' AND user_id = $1`,
      [school.admin.id, school.clock.in(-1)],
    );
    expect((await award()).body).toEqual(answers[0]!.body);
    const other = await desk.award({ userId: who.id, amount: 11 }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    await desk.award({ userId: who.id, amount: 10 });
    await desk.award({ userId: who.id, amount: 10 });
    expect(await desk.balance(who)).toBe(40);
    const audited = await school.sql('SELECT id FROM audit_records WHERE object_id = $1', [who.id]);
    expect(audited).toHaveLength(4);
  });

  it('takes no more than there are, also many times at once', async () => {
    const who = await desk.rich(100);
    const before = await desk.standing(who);
    const { status, body } = await desk.award({ userId: who.id, amount: -101 });
    expect([status, body.code, body.detail]).toEqual([400, 'INSUFFICIENT_TOKENS', '101 are needed, and 100 are there']);
    expect(await desk.standing(who)).toEqual(before);
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.award({ userId: who.id, amount: -30 })));
    expect(answers.filter(({ status: answered }) => answered === 201)).toHaveLength(3);
    expect(await desk.balance(who)).toBe(10);
  });

  it.each<[string, number, string, object]>([
    ['nothing', 400, '#/amount', { amount: 0 }],
    ['half a token', 400, '#/amount', { amount: 0.5 }],
    ['text', 400, '#/amount', { amount: '5' }],
    ['too many', 400, '#/amount', { amount: 1_000_001 }],
    ['no reason', 400, '#/reason', { reason: '' }],
    ['nobody', 400, '#/userId', { userId: undefined }],
    ['a source of their own', 400, '#/sourceEvent', { sourceEvent: 'course:crs_1' }],
    ['somebody who is not there', 404, '', { userId: 'usr_00000000000000000000000000' }],
  ])('cannot give %s', async (_, status, pointer, changes) => {
    const who = await desk.rich(5);
    const before = await desk.standing(who);
    const answer = await desk.award({ userId: who.id, amount: 5, ...changes });
    const pointers = answer.body.errors?.map((error) => error.pointer) ?? [''];
    expect([answer.status, [...new Set(pointers)]]).toEqual([status, [pointer]]);
    expect(await desk.standing(who)).toEqual(before);
  });
});
