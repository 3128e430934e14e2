import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Housekeeping, Sweeps } from '../src/platform/jobs/index.js';
import { cutConnection } from '../src/sandbox/index.js';
import { Desk, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { person } from './support/people.js';
import { agreed, ReconciliationDesk } from './support/reconciliation-desk.js';
import { openSchool, type School, told } from './support/school.js';

/* What is done about a discrepancy: once, by an admin, with a reason, and only while it is as it was seen. */

let school: School;
let desk: Desk;
let statement: ReconciliationDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new Desk(school);
  statement = new ReconciliationDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
const store = () => stripe().account.store;

/** A line of Stripe's statement that nobody knows. */
async function unknown(amount = 700): Promise<string> {
  await desk.buy();
  const [line] = store().balanceTransactions.newestFirst();
  const id = `txn_unknown${Math.random().toString(36).slice(2)}`;
  store().balanceTransactions.put({ ...line!, id, source: `ch_${id}`, amount, fee: 0, net: amount });
  await statement.run();
  return (await statement.only()).id;
}

/** Paid at Stripe, and not a word of it heard. */
async function unheard(): Promise<Sale> {
  stripe().pauseWebhooks();
  const sale = await desk.begin();
  desk.pay(sale);
  stripe().settleNow();
  await statement.run();
  return sale;
}

it('twenty at once: one entry, one audit record, and the others are told', async () => {
  const id = await unknown();
  const before = await school.books();
  const answers = await Promise.all(Array.from({ length: 20 }, () => statement.resolve(id, 'BOOK_UNIDENTIFIED')));
  expect(answers.map(told).toSorted()).toEqual([...Array<string>(19).fill('DISCREPANCY_CLOSED'), 'done']);
  expect(await desk.movedSince(before)).toEqual({
    'asset:provider:stripe USD': 700,
    'liability:unidentified:stripe USD': 700,
  });
  const audit = await school.sql('SELECT action, actor_id, reason FROM audit_records WHERE object_id = $1', [id]);
  expect(audit).toEqual([
    { action: 'discrepancy.resolved', actor_id: school.admin.id, reason: 'looked at with the provider' },
  ]);
  const [row] = (await statement.list('&status=RESOLVED')).data;
  expect(row).toMatchObject({
    id,
    action: 'BOOK_UNIDENTIFIED',
    resolvedBy: school.admin.id,
    entryId: expect.any(String),
  });
  const late = await statement.resolve(id, 'WRITE_OFF');
  expect(late.body.detail).toMatch(/^It was resolved on .* by BOOK_UNIDENTIFIED$/);
  expect(await statement.run()).toMatchObject({ found: 0 });
});

it('nobody but an admin, not without a reason, not what cannot be, and not what is not there', async () => {
  const id = await unknown(800);
  for (const { token } of [await person(school), await person(school, 'INSTRUCTOR'), await person(school, 'STAFF')]) {
    expect((await statement.resolve(id, 'WRITE_OFF', { token })).status).toBe(403);
    expect((await school.get('/finance/reconciliation', token)).status).toBe(403);
    expect((await school.post('/finance/reconciliation/run', { provider: 'STRIPE' }, token)).status).toBe(403);
  }
  expect(told(await statement.resolve(id, 'WRITE_OFF', { reason: '' }))).toBe('VALIDATION_FAILED');
  expect(told(await statement.resolve(id, 'WAIT'))).toBe('VALIDATION_FAILED');
  expect(await statement.resolve(id, 'BOOK_FEE')).toMatchObject({
    status: 400,
    body: { code: 'ACTION_NOT_POSSIBLE', detail: 'What can be done is BOOK_UNIDENTIFIED, WRITE_OFF' },
  });
  expect(told(await statement.resolve('dcr_unknown', 'WRITE_OFF'))).toBe('NOT_FOUND');
  expect((await statement.only()).id).toBe(id);
  await statement.resolved('WRITE_OFF');
});

it('a payment that nobody told us of is asked about, and the next run finds it gone', async () => {
  const sale = await unheard();
  const found = await statement.only();
  expect(found).toMatchObject({ kind: 'MISSING_HERE', paymentId: sale.paymentId, proposedAction: 'ASK_PROVIDER' });
  expect(await statement.resolved()).toMatchObject({ id: found.id, status: 'OPEN', askedAt: expect.any(String) });
  await school.app.get(Sweeps).settle();
  expect(await desk.standing(sale)).toMatchObject({ payment: 'COMPLETED', open: true });
  expect(await statement.run()).toMatchObject({ found: 0, gone: 1 });
  expect(await statement.totals()).toEqual({ USD: agreed });
});

it('what has changed since is not booked; what was booked too early is taken back', async () => {
  const sale = await unheard();
  const { id } = await statement.only();
  stripe().resumeWebhooks();
  await desk.quiet();
  expect(await statement.resolve(id, 'BOOK_UNIDENTIFIED')).toMatchObject({ body: { code: 'DISCREPANCY_CHANGED' } });
  expect(await statement.run()).toMatchObject({ found: 0, gone: 1 });

  const late = await unheard();
  await statement.resolved('BOOK_UNIDENTIFIED');
  stripe().resumeWebhooks();
  await desk.quiet();
  expect(await desk.standing(late)).toMatchObject({ payment: 'COMPLETED' });
  await statement.run();
  expect(await statement.only()).toMatchObject({ proposedAction: 'TAKE_BACK', reference: late.intent });
  await statement.resolved();
  expect(await school.books()).toMatchObject({ 'liability:unidentified:stripe USD': 700 });
  expect(await statement.run()).toMatchObject({ found: 0 });
  expect(await statement.totals()).toEqual({ USD: agreed });
  expect(await desk.standing(sale)).toMatchObject({ payment: 'COMPLETED' });
});

it('while Stripe is away it is 502, and nothing is kept of a statement that broke off', async () => {
  const calm = stripe().intercept({ path: '/v1/balance_transactions', times: 100 }, cutConnection('after'));
  const runs = await school.sql('SELECT id FROM reconciliation_runs');
  const answer = await statement.ask({ provider: 'STRIPE' });
  expect(answer).toMatchObject({ status: 502, body: { code: 'PAYMENT_GATEWAY_ERROR' } });
  expect(await school.sql('SELECT id FROM reconciliation_runs')).toEqual(runs);
  calm();
  stripe().calmApi();
});

it('twenty runs at once open it once, and one that finds nothing has it gone once', async () => {
  const lost = await desk.buy();
  const { id: charge } = desk.chargesOf(lost.intent)[0]!;
  const [line] = store().balanceTransactions.filter(({ source }) => source === charge);
  const plant = { ...line!, id: 'txn_many', source: 'ch_many', amount: 600, fee: 0, net: 600 };
  store().balanceTransactions.put(plant);
  const atOnce = async () => {
    const span = { from: statement.begin, until: school.clock.now() };
    const asked = Array.from({ length: 20 }, () => statement.ask({ provider: 'STRIPE', ...span }));
    return (await Promise.all(asked)).map(({ body }) => body);
  };
  const later = new Date(school.clock.now().getTime() + 7 * 3_600_000);
  const runs = await school.clock.at(later, atOnce);
  expect(runs.map(({ opened }) => opened).toSorted()).toEqual([...Array<number>(19).fill(0), 1]);
  expect(runs.map(({ newLines }) => newLines).filter((lines) => lines > 0)).toHaveLength(1);
  expect(await statement.found()).toEqual(['MISSING_HERE CHARGE USD 600/0']);
  expect(await desk.moved(() => statement.resolved())).toMatchObject({ 'asset:provider:stripe USD': 600 });
});

it('each night the day before, once, and what was missed, with the other housekeeping', async () => {
  const housekeeping = school.app.get(Housekeeping);
  const nights = () =>
    school.sql<{ covers_from: Date; covers_until: Date }>(
      `SELECT covers_from, covers_until FROM reconciliation_runs WHERE started_by = 'system' ORDER BY id`,
    );
  await school.sql('TRUNCATE reconciliation_runs');
  const day = (text: string) => new Date(`${text}T00:00:00Z`);
  const ran = () => nights().then(({ length }) => length);
  const night = (moment: string) =>
    school.clock.at(moment, async () => {
      const before = await ran();
      await housekeeping.run();
      return (await ran()) - before;
    });
  expect(await night('2027-03-02T01:30:00Z')).toBe(1);
  expect(await night('2027-03-02T02:17:00Z')).toBe(1);
  expect(await night('2027-03-02T03:17:00Z')).toBe(0);
  expect(await night('2027-03-06T02:17:00Z')).toBe(1);
  expect(await nights()).toEqual([
    { covers_from: day('2027-02-28'), covers_until: day('2027-03-01') },
    { covers_from: day('2027-03-01'), covers_until: day('2027-03-02') },
    { covers_from: day('2027-03-02'), covers_until: day('2027-03-06') },
  ]);
});

it('is listed by provider, status, kind and time, in pages, and as a table', async () => {
  const id = await unknown(900);
  const { occurredAt } = await statement.only();
  const ids = async (query: string) => (await statement.list(query)).data.map((row) => row.id);
  expect(await ids('&kind=MISSING_HERE&status=OPEN')).toEqual([id]);
  expect(await ids('&kind=FEE')).toEqual([]);
  expect(await ids(`&status=OPEN&from=${String(occurredAt)}`)).toEqual([id]);
  expect(await ids(`&status=OPEN&to=${String(occurredAt)}`)).toEqual([]);
  const { body } = await school.get<{ data: unknown[]; pagination: object }>(
    '/finance/reconciliation?limit=1&page=2',
    school.admin.token,
  );
  expect(body).toMatchObject({
    data: [{ status: expect.not.stringMatching('OPEN') }],
    pagination: { page: 2, limit: 1 },
  });
  const answer = await fetch(`${school.url}/api/finance/reconciliation?status=OPEN&format=csv`, {
    headers: { authorization: `Bearer ${school.admin.token}` },
  });
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const [head = '', row = '', ...rest] = (await answer.text()).split('\n');
  expect(head).toMatch(/^id,provider,kind,status,matter,reference,paymentId,currency,stated,booked,difference,/);
  expect(row).toMatch(
    new RegExp(`^${id},STRIPE,MISSING_HERE,OPEN,CHARGE,ch_txn_\\w+,,USD,900,0,900,0,0,BOOK_UNIDENTIFIED,`),
  );
  expect(rest).toEqual(['']);
});
