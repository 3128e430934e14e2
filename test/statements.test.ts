import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { openSchool, type School } from './support/school.js';
import { statementsOf } from './support/statements.js';

/*
 * A budget per hot operation: statement counts do not depend on the machine's mood. The process only serves; sweeps are run by hand, so
 * that nothing else is counted.
 */

let school: School;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
});
afterAll(() => school.close());

/** The caller's principal is remembered for seconds; that look-up is not the operation's. */
async function counted(path: string, token?: string): Promise<string[]> {
  await school.get(path, token);
  return statementsOf(() => school.get(path, token));
}

it.each(['/courses/public?keyword=swahili&sort=price', '/courses', '/enrollments', '/payments/history'])(
  '%s takes at most 2',
  async (path) => {
    await school.course();
    const statements = await counted(path, path.includes('public') ? undefined : school.student.token);
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.length).toBeLessThanOrEqual(2);
  },
);

it('from the webhook to enrolled, posted and published takes at most 15', async () => {
  const course = await school.course();
  const { session, stripeId } = await school.begin(course.id);
  school.sandbox.stripe.pauseWebhooks();
  school.sandbox.stripe.pay(stripeId);
  const statements = await statementsOf(async () => {
    await school.sandbox.stripe.deliverNow('checkout.session.completed');
    await school.app.get(ProcessInbox).run();
  });
  expect((await school.get(`/payments/sessions/${session.id}`, school.student.token)).body).toMatchObject({
    status: 'COMPLETED',
  });
  expect(statements.length).toBeGreaterThan(8);
  expect(statements.length).toBeLessThanOrEqual(15);
  school.sandbox.stripe.resumeWebhooks();
});

it('beginning a purchase takes at most 12', async () => {
  const course = await school.course();
  await school.get('/auth/me', school.student.token);
  const statements = await statementsOf(() =>
    school.post('/payments/sessions', { courseId: course.id }, school.student.token),
  );
  expect(statements.length).toBeLessThanOrEqual(12);
});
