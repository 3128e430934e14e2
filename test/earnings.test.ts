import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk, DISPUTED } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';

const DAY = 86_400;
let school: School;
let desk: Desk;

beforeAll(async () => {
  school = await openSchool();
  desk = new Desk(school);
});

afterAll(() => school.close());

endQuietly(() => school);

/** What is done at that time, by itself; then it is now again. */
async function after(seconds: number): Promise<void> {
  await school.clock.at(school.clock.in(seconds), () => school.quiet());
}

/** What the instructor has, has not yet, and owes. */
async function standing(): Promise<{ pending: number; available: number; owed: number }> {
  const { id } = school.instructor;
  const rows = await school.sql<{ code: string; balance: number }>(
    `SELECT code, coalesce((SELECT CASE WHEN type = 'ASSET' THEN 1 ELSE -1 END * sum(amount) FROM ledger_postings WHERE account_id = a.id), 0)::int AS balance
     FROM ledger_accounts a WHERE owner_id = $1 AND currency = 'USD'`,
    [id],
  );
  const of = (code: string) => rows.find((row) => row.code === `${code}:${id}`)?.balance ?? 0;
  return {
    pending: of('liability:earnings-pending'),
    available: of('liability:earnings'),
    owed: of('asset:receivable'),
  };
}

describe('a share of a sale', () => {
  it('is pending for the hold period, then theirs; a refund takes from where it is, and the next sale pays what they owe', async () => {
    const sale = await desk.buy({ price: 10_000 });
    expect(await standing()).toEqual({ pending: 7_000, available: 0, owed: 0 });
    await desk.refund(sale, { amount: 1_000 });
    expect(await standing()).toEqual({ pending: 6_300, available: 0, owed: 0 });
    await after(14 * DAY - 60);
    expect(await standing()).toEqual({ pending: 6_300, available: 0, owed: 0 });
    await after(14 * DAY + 60);
    expect(await standing()).toEqual({ pending: 0, available: 6_300, owed: 0 });
    await desk.refund(sale, { amount: 9_000 });
    await school.quiet();
    expect(await standing()).toEqual({ pending: 0, available: 0, owed: 0 });
  });

  it('is frozen while the sale is disputed, and released when it is won', async () => {
    await desk.buy({ price: 10_000, card: DISPUTED });
    await school.quiet();
    await after(15 * DAY);
    expect(await standing()).toEqual({ pending: 7_000, available: 0, owed: 0 });
    const dispute = school.sandbox.stripe.events().findLast(({ type }) => type === 'charge.dispute.created')!;
    school.sandbox.stripe.winDispute((dispute.data.object as { id: string }).id);
    await school.quiet();
    expect(await standing()).toEqual({ pending: 7_000, available: 0, owed: 0 });
    await after(15 * DAY);
    expect(await standing()).toEqual({ pending: 0, available: 7_000, owed: 0 });
  });
});
