import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderFailure } from '../src/payments/index.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { answerWith, cutConnection } from '../src/sandbox/index.js';
import { BillerDesk, brief, lineInBrief, shown } from './support/biller-desk.js';
import { brief as patience } from './support/patience.js';
import { openSchool, type School } from './support/school.js';

/* What is asked of Stripe about subscriptions, and read there, by test clocks. Nothing here keeps what is read. */

let school: School;
let desk: BillerDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' }, [[PATIENCE, patience]]);
  desk = new BillerDesk(school);
});
afterAll(() => school.close());

const failed = (code: string, final: boolean) => expect.objectContaining({ code, final });
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as ProviderFailure,
  );

describe('beginning a subscription', () => {
  it('with a kept card charges it at once, by the order it was asked in', async () => {
    const who = await desk.subscriber('2027-01-31T10:00:00Z');
    const order = desk.order(who, desk.plan('PRO', 2000));
    const begun = await desk.biller.begin(order);
    expect(begun).toEqual({ reference: null, redirectUrl: null, externalId: expect.stringMatching(/^sub_/) });
    const reading = await desk.read(begun.externalId!);
    expect(reading).toMatchObject({
      externalId: begun.externalId,
      subscriptionId: order.subscriptionId,
      status: 'ACTIVE',
      ...{ plan: 'PRO', period: 'MONTH', price: order.price, next: null, trialEndsAt: null },
      ...{ cancelAtPeriodEnd: false, endedAt: null, endedUnpaid: false, unpaid: null },
    });
    expect([shown(reading.periodStart), shown(reading.periodEnd)]).toEqual(['2027-01-31T10:00', '2027-02-28T10:00']);
    expect(reading.invoices.map(brief)).toEqual([[2380, ['PRO', 2000, 380, '2027-01-31T10:00', '2027-02-28T10:00']]]);
    expect(reading.invoices[0]).toMatchObject({ isFirst: true, transactionId: expect.stringMatching(/^pi_/) });
    // Asked again, it is the same one.
    expect(await desk.biller.begin(order)).toEqual(begun);
    expect([await desk.count(who), await desk.biller.find({ ...order, reference: null })]).toEqual([
      1,
      begun.externalId,
    ]);
  });

  it('with a card that is declined begins nothing', async () => {
    const who = await desk.subscriber('2027-01-31T10:00:00Z');
    school.sandbox.stripe.failCard(who.card, 'insufficient_funds');
    const order = desk.order(who, desk.plan('PRO', 2000));
    expect(await refusal(desk.biller.begin(order))).toEqual(failed('insufficient_funds', true));
    expect([await desk.count(who), await desk.biller.find({ ...order, reference: null })]).toEqual([0, undefined]);
  });

  it('on the page is begun when that is through; one that was left is ended', async () => {
    const who = await desk.subscriber('2027-01-31T10:00:00Z');
    const order = desk.order(who, desk.plan('PRO', 2000), { method: null });
    const { reference, redirectUrl, externalId } = await desk.biller.begin(order);
    expect([redirectUrl, externalId]).toEqual([expect.stringMatching(/^http/), null]);
    expect(await desk.biller.find({ ...order, reference })).toBeUndefined();
    school.sandbox.stripe.pay(reference!);
    const found = await desk.biller.find({ ...order, reference });
    expect((await desk.read(found!)).invoices.map(({ total }) => total.minor)).toEqual([2380n]);
    await desk.biller.abandon(reference!);
    expect(await desk.biller.find({ ...order, reference })).toBe(found);
    const other = await desk.biller.begin(desk.order(who, desk.plan('PRO', 2000), { method: null }));
    await desk.biller.abandon(other.reference!);
    expect(school.sandbox.stripe.session(other.reference!).status).toBe('expired');
  });

  it('is one subscription when its answer was lost', async () => {
    const who = await desk.subscriber('2027-01-31T10:00:00Z');
    const order = desk.order(who, desk.plan('PRO', 2000));
    school.sandbox.stripe.intercept({ method: 'POST', path: '/v1/subscriptions', times: 1 }, cutConnection('after'));
    const { externalId } = await desk.biller.begin(order);
    expect([await desk.count(who), (await desk.read(externalId!)).invoices.length]).toEqual([1, 1]);
  });

  it('makes a product, a price and a tax rate once', async () => {
    const { data: prices } = await desk.stripe.prices.list({ lookup_keys: ['bursar_PRO_month_usd_2000'] });
    expect(prices).toHaveLength(1);
    expect(prices[0]).toMatchObject({ product: 'bursar_PRO', metadata: { plan: 'PRO', period: 'MONTH' } });
    const { data: rates } = await desk.stripe.taxRates.list();
    expect(rates.map(({ percentage, country, inclusive }) => [percentage, country, inclusive])).toEqual([
      [19, 'DE', false],
    ]);
  });
});

describe('a subscription that is read', () => {
  it('has what each renewal brought, a trial and tax that is in the price', async () => {
    const who = await desk.subscriber('2028-01-31T10:00:00Z');
    const inclusive = { rate: 190_000, country: 'DE', inclusive: true } as const;
    const id = await desk.begun(who, desk.plan('PRO', 2380), { trialDays: 14, tax: inclusive });
    expect(await desk.read(id)).toMatchObject({
      ...{ status: 'TRIALING', trialEndsAt: new Date('2028-02-14T10:00:00Z'), invoices: [] },
    });
    await who.advance('2028-03-20T00:00:00Z');
    const { status, invoices } = await desk.read(id);
    expect([status, invoices.map(brief), invoices.map(({ isFirst }) => isFirst)]).toEqual([
      'ACTIVE',
      [
        [2380, ['PRO', 2000, 380, '2028-02-14T10:00', '2028-03-14T10:00']],
        [2380, ['PRO', 2000, 380, '2028-03-14T10:00', '2028-04-14T10:00']],
      ],
      [true, false],
    ]);
  });

  it('tells what is unpaid, and what became of it', async () => {
    const who = await desk.subscriber('2027-03-01T10:00:00Z');
    const id = await desk.begun(who, desk.plan('PRO', 2000));
    school.sandbox.stripe.failCard(who.card, 'insufficient_funds');
    await who.advance('2027-04-01T12:00:00Z');
    const { status, unpaid, invoices } = await desk.read(id);
    expect([status, invoices.length, unpaid?.attempts]).toEqual(['PAST_DUE', 1, 1]);
    expect(unpaid?.since.getTime()).toBeLessThanOrEqual(Date.parse('2027-04-01T12:00:00Z'));
    expect(unpaid?.nextAttemptAt?.getTime()).toBeGreaterThan(Date.parse('2027-04-01T12:00:00Z'));
    expect(unpaid?.payUrl).toMatch(/^http/);
    await who.advance('2027-05-20T00:00:00Z');
    expect(await desk.read(id)).toMatchObject({ status: 'CANCELED', endedUnpaid: true, endedAt: expect.any(Date) });
  });

  it('is not there when Stripe knows nothing of it, and not believed when the answer is none', async () => {
    expect(await desk.biller.read('sub_none')).toBeUndefined();
    const who = await desk.subscriber('2027-03-01T10:00:00Z');
    const id = await desk.begun(who, desk.plan('PRO', 2000));
    const whole = await desk.stripe.subscriptions.retrieve(id);
    const wrong: object[] = [
      { object: 'payment_intent', id: 'pi_1' },
      { ...whole, items: { object: 'list', data: [] } },
      { ...whole, status: 'sleeping' },
      { ...whole, items: undefined },
    ];
    for (const body of wrong) {
      school.sandbox.stripe.intercept(
        { method: 'GET', path: `/v1/subscriptions/${id}`, times: 1 },
        answerWith(200, body),
      );
      expect(await refusal(desk.biller.read(id))).toEqual(failed('unintelligible_answer', false));
    }
  });
});

describe('a change', () => {
  it('at once costs what was shown, by the time that is left', async () => {
    const who = await desk.subscriber('2027-04-01T00:00:00Z');
    const id = await desk.begun(who, desk.plan('PRO', 3000));
    await who.advance('2027-04-16T00:00:00Z');
    const at = new Date('2027-04-16T00:00:00Z');
    const max = desk.plan('MAX', 9000);
    const preview = await desk.biller.preview(id, max, at);
    // Half a month of 30 days: 1500 given up, 4500 bought, and 19 % of each.
    const lines = [
      ['PRO', -1500, -285, '2027-04-16T00:00', '2027-05-01T00:00'],
      ['MAX', 4500, 855, '2027-04-16T00:00', '2027-05-01T00:00'],
    ];
    expect([Number(preview.due.minor), Number(preview.tax.minor), preview.lines.map(lineInBrief)]).toEqual([
      3570,
      570,
      lines,
    ]);
    expect([shown(preview.periodStart), shown(preview.periodEnd)]).toEqual(['2027-04-01T00:00', '2027-05-01T00:00']);
    const order = { externalId: id, key: `${id}-1`, to: max, at };
    await desk.biller.changeNow(order);
    await desk.biller.changeNow(order);
    const { plan, invoices } = await desk.read(id);
    expect([plan, invoices.slice(1).map(brief)]).toEqual(['MAX', [[3570, ...lines]]]);
  });

  it('to years begins a year at once', async () => {
    const who = await desk.subscriber('2027-04-01T00:00:00Z');
    const id = await desk.begun(who, desk.plan('PRO', 3000));
    await who.advance('2027-04-16T00:00:00Z');
    const preview = await desk.biller.preview(id, desk.plan('PRO', 30_000, 'YEAR'), new Date('2027-04-16T00:00:00Z'));
    expect([Number(preview.due.minor), shown(preview.periodStart), shown(preview.periodEnd)]).toEqual([
      ...[33_915, '2027-04-16T00:00', '2028-04-16T00:00'],
    ]);
  });

  it('that is declined changes nothing, and keeps what stood to happen', async () => {
    const who = await desk.subscriber('2027-04-01T00:00:00Z');
    const id = await desk.begun(who, desk.plan('PRO', 3000));
    await desk.biller.changeAtPeriodEnd({ externalId: id, key: `${id}-1`, to: desk.plan('BASIC', 1000) });
    const next = { plan: 'BASIC', period: 'MONTH' };
    expect((await desk.read(id)).next).toEqual(next);
    school.sandbox.stripe.failCard(who.card, 'lost_card');
    const at = new Date('2027-04-01T00:00:00Z');
    const declined = desk.biller.changeNow({ externalId: id, key: `${id}-2`, to: desk.plan('MAX', 9000), at });
    expect(await refusal(declined)).toEqual(failed('lost_card', true));
    expect(await desk.read(id)).toMatchObject({ plan: 'PRO', next });
  });

  it('at the end of the period happens then; a wish of later drops it', async () => {
    const who = await desk.subscriber('2027-04-01T00:00:00Z');
    const id = await desk.begun(who, desk.plan('MAX', 9000));
    const change = (key: string, plan: string) =>
      desk.biller.changeAtPeriodEnd({ externalId: id, key: `${id}-${key}`, to: desk.plan(plan, 1000) });
    await change('1', 'BASIC');
    await change('1', 'BASIC');
    await change('2', 'PRO');
    expect((await desk.read(id)).next).toEqual({ plan: 'PRO', period: 'MONTH' });
    await desk.biller.goOn(id);
    expect((await desk.read(id)).next).toBeNull();
    await desk.biller.cancelAtPeriodEnd(id);
    expect(await desk.read(id)).toMatchObject({ cancelAtPeriodEnd: true, next: null });
    await change('3', 'BASIC');
    expect(await desk.read(id)).toMatchObject({ cancelAtPeriodEnd: false, next: { plan: 'BASIC' } });
    await who.advance('2027-05-02T00:00:00Z');
    const { plan, next, invoices } = await desk.read(id);
    expect([plan, next, invoices.map(({ total }) => Number(total.minor))]).toEqual(['BASIC', null, [10_710, 1190]]);
    await who.advance('2027-07-02T00:00:00Z');
    expect((await desk.read(id)).invoices).toHaveLength(4);
  });

  it('to nothing: at the end of the period, or at once, and once more', async () => {
    const who = await desk.subscriber('2027-04-01T00:00:00Z');
    const id = await desk.begun(who, desk.plan('PRO', 3000));
    await desk.biller.cancelAtPeriodEnd(id);
    await desk.biller.goOn(id);
    expect((await desk.read(id)).cancelAtPeriodEnd).toBe(false);
    await desk.biller.changeAtPeriodEnd({ externalId: id, key: `${id}-1`, to: desk.plan('BASIC', 1000) });
    await desk.biller.cancelAtPeriodEnd(id);
    await who.advance('2027-05-02T00:00:00Z');
    const ended = { status: 'CANCELED', endedUnpaid: false, next: null };
    expect(await desk.read(id)).toMatchObject({ ...ended, endedAt: new Date('2027-05-01T00:00:00Z') });
    const other = await desk.begun(who, desk.plan('PRO', 3000));
    await desk.biller.cancelNow(other);
    await desk.biller.cancelNow(other);
    expect(await desk.read(other)).toMatchObject({ ...ended, endedAt: new Date('2027-05-02T00:00:00Z') });
  });
});
