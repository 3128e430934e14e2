import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

let school: School;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', TAX_INCLUSIVE: 'true' });
});
afterAll(() => school.close());

it.each([
  ['DE', 19, 1596, 5882, 2521],
  ['US', 0, 0, 6999, 3000],
])(
  'where prices hold the tax, a buyer in %s pays the price and no more',
  async (country, rate, tax, share, revenue) => {
    const [buyer, course] = [await person(school), await school.course()];
    const body = { courseId: course.id, country };
    const { session } = expectStatus(
      201,
      await school.post<CreatedSessionDto>('/payments/sessions', body, buyer.token),
    );
    expect(session).toMatchObject({ amount: 9999, taxAmount: tax, taxRate: rate, finalAmount: 9999 });
    expect(school.sandbox.stripe.session(session.providerReference!).amount_total).toBe(9999);
    school.sandbox.stripe.pay(session.providerReference!);
    await school.quiet();
    const legs = await school.sql<{ amount: number }>(
      `SELECT p.amount::int FROM ledger_postings p JOIN ledger_entries e ON e.id = p.entry_id
       WHERE e.object_id = $1 AND e.kind <> 'provider.settled' ORDER BY e.id, p.position`,
      [session.paymentId],
    );
    expect(legs.map(({ amount }) => amount).filter(Boolean)).toEqual([9999, -tax, -share, -revenue].filter(Boolean));
    expect(await school.app.get(Invariants).check()).toEqual([]);
  },
);
