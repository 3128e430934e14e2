import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { basket, startWorld, type World } from './support.js';

describe('the dashboard', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  async function paid(card?: string) {
    const session = await world.stripe.checkout.sessions.create(basket(10_000));
    world.sandbox.stripe.pay(session.id, { card });
  }
  const page = async () => (await fetch(world.sandbox.url)).text();
  const press = async (path: string, fields: Record<string, string> = {}) => {
    const body = new URLSearchParams(fields);
    const answer = await fetch(`${world.sandbox.url}${path}`, { method: 'POST', body, redirect: 'manual' });
    return { status: answer.status, to: answer.headers.get('location'), text: await answer.text() };
  };

  it('onboards, restricts and rejects connected accounts', async () => {
    const { id } = await world.stripe.accounts.create({ type: 'express', email: 'ada@example.com' });
    expect(await page()).toContain('ada@example.com');
    const transfers = async () => (await world.stripe.accounts.retrieve(id)).capabilities?.transfers;
    expect(await press(`/stripe/accounts/${id}/check`)).toMatchObject({ status: 303, to: `/#${id}` });
    expect(await transfers()).toBe('pending');
    await press(`/stripe/accounts/${id}/onboard`);
    expect(await transfers()).toBe('active');
    await press(`/stripe/accounts/${id}/restrict`, { reason: 'under_review' });
    const { requirements } = await world.stripe.accounts.retrieve(id);
    expect(requirements?.disabled_reason).toBe('under_review');
    await press(`/stripe/accounts/${id}/reject`);
    expect(await page()).toContain('rejected.other');
    expect(await press(`/stripe/accounts/${id}/onboard`)).toMatchObject({ status: 422 });
    expect((await press(`/stripe/accounts/${id}/deauthorize`)).to).toBe('/#connected-accounts');
    expect((await press(`/stripe/accounts/${id}/onboard`)).status).toBe(404);
    expect(await page()).toContain('No account is connected.');
  });

  it('reverses transfers', async () => {
    await paid('4000000000000077');
    world.sandbox.stripe.settleNow();
    const { id: destination } = await world.stripe.accounts.create({ type: 'express' });
    world.sandbox.stripe.connect.onboard(destination);
    const { id } = await world.stripe.transfers.create({ amount: 3000, currency: 'usd', destination });
    expect(await page()).toContain(`action="/stripe/transfers/${id}/reverse"`);
    expect(await press(`/stripe/transfers/${id}/reverse`, { amount: '10.50' })).toMatchObject({ to: `/#${id}` });
    expect((await world.stripe.transfers.retrieve(id)).amount_reversed).toBe(1050);
    const refused = await press(`/stripe/transfers/${id}/reverse`, { amount: '20' });
    expect([refused.status, refused.text.includes('greater than unreversed amount')]).toEqual([422, true]);
    expect((await press(`/stripe/transfers/${id}/reverse`, { amount: 'ten' })).text).toContain(
      'ten is no amount in usd.',
    );
    await press(`/stripe/transfers/${id}/reverse`, { amount: '' });
    expect(await world.stripe.transfers.retrieve(id)).toMatchObject({ amount_reversed: 3000, reversed: true });
    expect(await page()).not.toContain(`action="/stripe/transfers/${id}/reverse"`);
    expect((await press('/stripe/transfers/tr_none/reverse')).status).toBe(404);
  });

  it('pays out, and lets payouts arrive and fail', async () => {
    expect((await press('/stripe/balance/pay-out')).text).toContain('Nothing is available that could be paid out.');
    await paid();
    expect(await press('/stripe/balance/available')).toMatchObject({ status: 303, to: '/#balance' });
    expect(await page()).toContain('$96.80 usd available');
    await press('/stripe/balance/pay-out');
    const status = async () => (await world.stripe.payouts.list()).data.map((each) => [each.status, each.failure_code]);
    const { id } = (await world.stripe.payouts.list()).data[0]!;
    expect(await press(`/stripe/payouts/${id}/send`)).toMatchObject({ status: 303, to: `/#${id}` });
    expect(await status()).toEqual([['in_transit', null]]);
    await press(`/stripe/payouts/${id}/arrive`);
    expect(await status()).toEqual([['paid', null]]);
    expect((await press(`/stripe/payouts/${id}/arrive`)).status).toBe(422);
    await press(`/stripe/payouts/${id}/fail`, { code: 'account_closed' });
    expect(await status()).toEqual([['failed', 'account_closed']]);
    expect(await page()).not.toContain(`action="/stripe/payouts/${id}/fail"`);
    expect((await press('/stripe/payouts/po_none/fail')).status).toBe(404);
    expect((await press(`/stripe/payouts/${id}/burn`)).status).toBe(404);
  });
});
