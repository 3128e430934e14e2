import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk, successOf } from './support/mpesa-desk.js';
import { openSchool, type School } from './support/school.js';

/* Who may post to the addresses that M-Pesa was given, and what it may be. */

let school: School;
let desk: MpesaDesk;
const THEIRS = '196.201.214.200';

/** A school for the tests of one block. */
function at(settings: Record<string, string>): void {
  beforeAll(async () => {
    school = await openSchool({ ROLE: 'api', ...settings });
    desk = new MpesaDesk(school);
  });
  afterAll(() => school.close());
  endQuietly(() => school);
}

const mpesa = () => school.sandbox.mpesa;
const refused = { status: 400, body: { code: 'INVALID_SIGNATURE' } };
const accepted = { status: 200, body: { ResultCode: 0, ResultDesc: 'Accepted' } };

async function expectRefused(body: unknown, headers?: Record<string, string>): Promise<void> {
  const sale = await desk.begin();
  const before = await desk.traces(sale);
  const told = body === undefined ? successOf(sale.push) : body;
  expect(await desk.post(sale.push.callbackUrl, told, headers)).toMatchObject(refused);
  expect(await desk.traces(sale)).toEqual(before);
}

describe('with a list of addresses and no proxy before us', () => {
  at({ MPESA_CALLBACK_ADDRESSES: `196.201.214.206, ${THEIRS}` });

  it('what comes from anywhere else is refused; a query finds the payment all the same', async () => {
    const sale = await desk.buy();
    expect(mpesa().callbacks.attempts().at(-1)).toMatchObject({ status: 400 });
    expect(await desk.traces(sale)).toMatchObject({ session: 'PENDING', result: null, events: 0 });
    await desk.later(125);
    expect(await desk.traces(sale)).toMatchObject({ session: 'COMPLETED', entries: ['course.sold'], events: 0 });
  });

  it.each(['x-forwarded-for', 'x-real-ip', 'forwarded', 'cf-connecting-ip', 'true-client-ip'])(
    'nobody gets in by saying %s',
    async (name) => {
      const value = name === 'forwarded' ? `for=${THEIRS}` : THEIRS;
      await expectRefused(undefined, { [name]: value });
    },
  );
});

describe('with a list of addresses behind one proxy', () => {
  at({ MPESA_CALLBACK_ADDRESSES: `196.201.214.206,${THEIRS}`, TRUSTED_PROXIES: '1' });

  it.each([THEIRS, `::ffff:${THEIRS}`, `10.0.0.1, ${THEIRS}`])('what the proxy has from %s is taken', async (from) => {
    const sale = await desk.begin();
    mpesa().callbacks.pause();
    mpesa().accept(sale.handle);
    const { receipt } = desk.pushOf(sale);
    const told = successOf(sale.push, { receipt: receipt! });
    expect(await desk.post(sale.push.callbackUrl, told, { 'x-forwarded-for': from })).toMatchObject(accepted);
    await school.settle();
    expect(await desk.traces(sale)).toMatchObject({ session: 'COMPLETED', receipt, entries: ['course.sold'] });
  });

  it.each([`${THEIRS}, 10.0.0.1`, '10.0.0.1', '196.201.214.2', '196.201.214.2001', ''])(
    'what it has from %j is refused, whatever was said before it',
    (from) => expectRefused(undefined, { 'x-forwarded-for': from }),
  );
});

describe('with no list', () => {
  at({});

  it.each<[string, unknown]>([
    ['nothing in it', {}],
    ['a list', []],
    ['lists without an end', '['.repeat(500_000)],
    ['lists in lists', `{"Body":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
    ['a Body of null', { Body: null }],
    ['a callback of null', { Body: { stkCallback: null } }],
    ['a callback of nothing', { Body: { stkCallback: {} } }],
    ['a callback that is a list', { Body: { stkCallback: [] } }],
    ['a callback that is a text', { Body: { stkCallback: 'paid' } }],
    ['a result of null', { Result: null }],
    ['names that JavaScript knows', '{"__proto__":{"Body":1},"constructor":{}}'],
    ['no JSON', 'ResultCode=0'],
    ['half of it', '{"Body":{"stkCallback":{"ResultCode":0'],
    ['a text', '"paid"'],
    ['a number', '0'],
  ])('a body with %s is refused', async (_, body) => {
    const sale = await desk.begin();
    const before = await desk.traces(sale);
    expect((await desk.post(sale.push.callbackUrl, body)).status).toBe(400);
    expect(await desk.traces(sale)).toEqual(before);
  });

  it('a success in something that is not called JSON is refused', async () => {
    for (const type of ['text/plain', 'multipart/form-data; boundary=x'])
      await expectRefused(undefined, { 'content-type': type });
  });

  it('a body that is too large is refused', async () => {
    const sale = await desk.begin();
    const before = await desk.traces(sale);
    const body = { ...successOf(sale.push), more: 'x'.repeat(1_100_000) };
    expect((await desk.post(sale.push.callbackUrl, body)).status).toBe(413);
    expect(await desk.traces(sale)).toEqual(before);
  });

  it('a success whose names come in another order, with more beside them, is as good as any', async () => {
    const sale = await desk.begin();
    mpesa().callbacks.pause();
    mpesa().accept(sale.handle);
    const { receipt } = desk.pushOf(sale);
    const { Body } = successOf(sale.push, { receipt: receipt! }) as { Body: { stkCallback: Record<string, unknown> } };
    const stkCallback = Object.fromEntries(Object.entries({ ...Body.stkCallback, Fresh: { from: 2027 } }).toReversed());
    expect(await desk.post(sale.push.callbackUrl, { version: 2, Body: { stkCallback } })).toMatchObject(accepted);
    await school.settle();
    expect(await desk.traces(sale)).toMatchObject({ session: 'COMPLETED', receipt, entries: ['course.sold'] });
  });

  it('two hundred at once are all answered', async () => {
    const sale = await desk.begin();
    const before = await desk.traces(sale);
    const post = () => desk.post(`${school.url}/api/webhooks/daraja/${'0'.repeat(48)}`, successOf(sale.push));
    const answers = await Promise.all(Array.from({ length: 200 }, post));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
    expect(await desk.traces(sale)).toEqual(before);
  });
});
