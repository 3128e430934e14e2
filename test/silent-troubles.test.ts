// @own-process: the logger is one for the life of a process.
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { answerWith } from '../src/sandbox/index.js';
import { Desk } from './support/giving-back.js';
import { openSchool, type School } from './support/school.js';
import { deliver, eventAbout } from './support/stripe-webhook.js';

/* What nobody is answered with leaves a line in the log, with ids and the reason, and nothing about a person. */

let written = '';
let school: School;
let desk: Desk;
beforeAll(async () => {
  // Before the logger looks for its way out.
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  school = await openSchool({ LOG_LEVEL: 'warn', ROLE: 'api' });
  desk = new Desk(school);
});
beforeEach(() => {
  written = '';
});
afterAll(async () => {
  await school.close();
  jest.restoreAllMocks();
});

const WARNING = 40;
const ERROR = 50;

/** The lines of whoever wrote them, without what every line has, and the request in whose course it was. */
function lines(...contexts: string[]): Record<string, unknown>[] {
  return written
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ context }) => contexts.includes(String(context)))
    .map(({ time: _, pid: __, hostname: ___, context: ____, req: _____, ...rest }) => rest);
}

it('webhooks that do not prove where they come from: one line a minute, which counts the rest', async () => {
  const forged = () => deliver(school, { id: 'evt_forged' }, { 'stripe-signature': 't=1,v1=feed' });
  const line = { level: WARNING, provider: 'STRIPE', msg: 'a webhook does not prove where it comes from' };
  for (let turn = 0; turn < 4; turn += 1) expect(await forged()).toBe(400);
  expect(lines('ReceiveWebhook')).toEqual([{ ...line, unsaid: 0 }]);
  school.clock.advance(61);
  await forged();
  expect(lines('ReceiveWebhook')).toEqual([
    { ...line, unsaid: 0 },
    { ...line, unsaid: 3 },
  ]);
});

const refused = answerWith(400, {
  error: { type: 'invalid_request_error', code: 'insufficient_funds', message: 'Not enough on your balance.' },
});
const refundsOf = (paymentId: string) =>
  school.sql<{ id: string }>('SELECT id FROM refunds WHERE payment_id = $1', [paymentId]);

it('money that fits nothing, and its refund that fails', async () => {
  school.sandbox.stripe.intercept({ method: 'POST', path: '/v1/refunds' }, refused);
  const first = await desk.begin();
  const second = await desk.begin({ buyer: first.buyer, courseId: first.courseId });
  desk.pay(first);
  await desk.quiet();
  desk.pay(second);
  await desk.quiet();
  const [refund] = await refundsOf(second.paymentId);
  const about = { level: WARNING, refundId: refund!.id, paymentId: second.paymentId, transactionId: second.intent };
  expect(lines('BookUnapplied', 'ConcludeRefund')).toEqual([
    { ...about, reason: 'ALREADY_ENROLLED', msg: 'money came that fits nothing; it goes back' },
    {
      ...{ ...about, status: 'FAILED', reason: 'insufficient_funds' },
      msg: 'a refund failed: the money that fits nothing lies with us',
    },
  ]);
});

it('a refund of a sale that fails, even when an admin was told', async () => {
  const sale = await desk.buy();
  school.sandbox.stripe.intercept({ method: 'POST', path: '/v1/refunds' }, refused);
  expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'REFUND_REFUSED' } });
  const [refund] = await refundsOf(sale.paymentId);
  expect(lines('ConcludeRefund')).toEqual([
    {
      ...{
        level: WARNING,
        refundId: refund!.id,
        paymentId: sale.paymentId,
        status: 'FAILED',
        reason: 'insufficient_funds',
      },
      msg: 'a refund failed: the sale stands again',
    },
  ]);
});

it('a webhook that ends UNMATCHED', async () => {
  const checkout = {
    id: 'cs_test_of_another_shop',
    object: 'checkout.session',
    payment_status: 'paid',
    payment_intent: 'pi_other',
  };
  const event = eventAbout('checkout.session.completed', {
    ...checkout,
    amount_total: 100,
    currency: 'usd',
    metadata: null,
  });
  expect(await deliver(school, event)).toBe(200);
  await school.settle();
  const [row] = await school.sql('SELECT id, status FROM provider_events WHERE external_id = $1', [event.id]);
  expect(row).toMatchObject({ status: 'UNMATCHED' });
  expect(lines('ProcessInbox')).toEqual([
    {
      ...{ level: WARNING, id: row!.id, provider: 'STRIPE', reason: 'it names no payment of ours' },
      msg: 'a webhook is UNMATCHED: nothing of ours is known by it',
    },
  ]);
});

it('a row that is tried again warns; one that is given up is an error of its own', async () => {
  await school.sql(
    `INSERT INTO provider_events (id, provider, external_id, type, body, received_at, available_at, attempts)
     VALUES ('wev_broken', 'STRIPE', 'evt_broken', 'refund.updated', '{', now(), now(), 10)`,
  );
  await school.settle();
  const about = { table: 'provider_events', id: 'wev_broken', err: expect.anything() };
  const again = {
    ...{ ...about, level: WARNING, tries: 11, dead: false },
    msg: 'a waiting row could not be acted on; it will be tried again',
  };
  expect(lines('LeasedRows')).toEqual([again]);
  school.clock.advance(3600);
  await school.settle();
  expect(lines('LeasedRows')).toEqual([
    again,
    {
      ...{ ...about, level: ERROR, tries: 12, dead: true },
      msg: 'given up: a waiting row could not be acted on and waits for a person',
    },
  ]);
});
