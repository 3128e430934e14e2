import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { credit, debit, PostEntry } from '../src/ledger/index.js';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { Money } from '../src/platform/money/index.js';
import { keepBooks } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { openSchool, type School } from './support/school.js';

let school: School;
let admin: Person;
let sales: Sale[];
let day = 0;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  ({ admin } = school);
  // Begun and paid while our clock and the provider's agree; what is told of it waits.
  sales = [await begin(), await begin()];
  school.sandbox.stripe.pauseWebhooks();
  for (const { stripeId } of sales) school.sandbox.stripe.pay(stripeId);
});
afterAll(() => school.close());
keepBooks(() => school);

type Sale = Awaited<ReturnType<School['begin']>>;
const begin = async (): Promise<Sale> => school.begin((await school.course()).id, await person(school));

/** `YYYY-MM`, so many months from the one that it is by the application's clock. */
function month(offset: number): string {
  const now = school.clock.now();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)).toISOString().slice(0, 7);
}

const close = (which: string, token = admin.token) =>
  school.post<{ month: string; closedAt: string; code: string }>(`/finance/periods/${which}/close`, {}, token);

function post(which: string): Promise<string | undefined> {
  day += 1;
  const amount = Money.of(100, 'USD');
  return school.app.get(PostEntry).execute({
    kind: 'test.moved',
    reference: `in ${which}: ${day}`,
    object: { type: 'test', id: 'periods' },
    effectiveAt: new Date(`${which}-15T12:00:00Z`),
    actor: 'system',
    legs: [debit({ code: 'asset:bank' }, amount), credit({ code: 'revenue:courses' }, amount)],
  });
}

const auditsOf = (which: string) =>
  school.sql<{ actor_id: string }>(
    `SELECT actor_id FROM audit_records WHERE action = 'ledger.period-closed' AND object_id = $1`,
    [which],
  );

/** Goes on to the first second of next month, in which the admin has to sign in again. */
async function nextMonth(): Promise<void> {
  const now = school.clock.now();
  school.clock.advance((Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - now.getTime()) / 1000 + 1);
  admin = await person(school, 'ADMIN');
}

describe('a month of the books', () => {
  it('is closed by an admin and nobody else', async () => {
    const path = `/finance/periods/${month(-1)}/close`;
    expect((await school.post(path)).status).toBe(401);
    for (const token of [school.student.token, school.instructor.token])
      expect((await school.post(path, {}, token)).status).toBe(403);
    expect(await auditsOf(month(-1))).toEqual([]);
  });

  it.each(['2026', '2026-13', '2026-00', '2026-1', '26-01', '1999-12', '2026-01-01', 'last', "2026-01'"])(
    'is not %s',
    async (text) => {
      const errors = [{ pointer: '#/path/month', detail: 'month must be given as YYYY-MM' }];
      expect(await close(encodeURIComponent(text))).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED', errors },
      });
    },
  );

  it('is not closed before it is over, by the clock of the application', async () => {
    const current = month(0);
    for (const which of [current, month(1), '2099-12'])
      expect(await close(which)).toMatchObject({ status: 400, body: { code: 'PERIOD_NOT_OVER' } });
    expect(await post(current)).toMatch(/^ent_/);
    await nextMonth();
    const { status, body } = await close(current);
    expect([status, body.month]).toEqual([200, current]);
    expect(Math.abs(new Date(body.closedAt).getTime() - school.clock.now().getTime())).toBeLessThan(10_000);
  });

  it('is closed once, and audited once, however often and by however many', async () => {
    const which = month(-3);
    const answers = await Promise.all(Array.from({ length: 20 }, () => close(which)));
    school.clock.advance(1);
    answers.push(await close(which));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.closedAt}`)).size).toBe(1);
    expect(await auditsOf(which)).toEqual([{ actor_id: admin.id }]);
  });

  it('takes postings until it is closed and none after; the months beside it stay open', async () => {
    const which = month(-5);
    await post(which);
    expect((await close(which)).status).toBe(200);
    await expect(post(which)).rejects.toMatchObject({ name: 'LedgerRefusal', rule: 'periodClosed' });
    expect(await school.sql('SELECT 1 FROM ledger_entries WHERE reference = $1', [`in ${which}: ${day}`])).toEqual([]);
    await post(month(-6));
    await post(month(-4));
  });

  it('is closed only when the postings under way in it are done, and has them', async () => {
    const which = month(-8);
    const writer = new pg.Client({ connectionString: school.database.appUrl });
    await writer.connect();
    try {
      await writer.query('BEGIN');
      await writer.query(
        `SELECT ledger_post('ent_under_way', 'test.moved', 'under way', 'test', 'x', $1, $1, 'system',
           '[{"code":"asset:bank","currency":"USD","amount":"1"},{"code":"revenue:courses","currency":"USD","amount":"-1"}]')`,
        [`${which}-20T00:00:00Z`],
      );
      let closed = false;
      const closing = close(which).finally(() => (closed = true));
      await sleep(500);
      expect(closed).toBe(false);
      await writer.query('COMMIT');
      expect((await closing).status).toBe(200);
    } finally {
      await writer.end();
    }
    expect(await school.sql(`SELECT 1 FROM ledger_entries WHERE reference = 'under way'`)).toHaveLength(1);
    await expect(post(which)).rejects.toMatchObject({ rule: 'periodClosed' });
  });

  it('loses no posting to the race with its closing: each is in it, or was refused', async () => {
    const which = month(-10);
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        index === 30
          ? close(which).then(({ status }) => status)
          : post(which).then(
              () => 'posted',
              ({ rule }: { rule: string }) => rule,
            ),
      ),
    );
    expect(outcomes[30]).toBe(200);
    const posted = outcomes.filter((outcome) => outcome === 'posted').length;
    expect(posted + outcomes.filter((outcome) => outcome === 'periodClosed').length).toBe(59);
    const kept = await school.sql('SELECT 1 FROM ledger_entries WHERE reference LIKE $1', [`in ${which}:%`]);
    expect(kept).toHaveLength(posted);
  });
});

describe('a payment whose month is closed meanwhile', () => {
  const paymentOf = ({ session }: Sale) => session.paymentId;
  const soldAt = (sale: Sale) =>
    school.sql<{ kind: string; month: string }>(
      `SELECT kind, to_char(effective_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM ledger_entries WHERE object_id = $1`,
      [paymentOf(sale)],
    );
  /** Only the inbox, not the sweep that would ask the provider first. */
  const work = () => school.app.get(ProcessInbox).run();

  async function deliver({ stripeId }: Sale): Promise<void> {
    const event = school.sandbox.stripe
      .events()
      .find(
        ({ type, data }) => type === 'checkout.session.completed' && (data.object as { id: string }).id === stripeId,
      );
    await school.sandbox.stripe.deliverNow(event!.id);
  }

  it('is booked in the month in which it is applied: nothing is stuck', async () => {
    const paidIn = month(0);
    await nextMonth();
    expect((await close(paidIn)).status).toBe(200);
    await deliver(sales[0]!);
    await work();
    expect(await soldAt(sales[0]!)).toEqual([{ kind: 'course.sold', month: month(0) }]);
    expect(month(-1)).toBe(paidIn);
  });

  it('is tried again when the closing came between the reading of the clock and the posting', async () => {
    // The month in which the transaction believes itself is closed already.
    await school.sql(`SELECT ledger_close_period($1::date, now())`, [`${month(0)}-01`]);
    await deliver(sales[1]!);
    await work();
    expect(await soldAt(sales[1]!)).toEqual([]);
    expect(
      await school.sql(`SELECT last_error LIKE '%is closed%' AS told FROM provider_events WHERE status = 'RECEIVED'`),
    ).toEqual([{ told: true }]);
    await nextMonth();
    await work();
    expect(await soldAt(sales[1]!)).toEqual([{ kind: 'course.sold', month: month(0) }]);
  });
});
