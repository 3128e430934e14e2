import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PaymobTransaction } from '../../src/sandbox/index.js';
import { call, inShort, intend, order, startPaymob, type World } from './paymob-support.js';

describe('Paymob on the dashboard', () => {
  let world: World;
  beforeEach(async () => {
    world = await startPaymob();
  });
  afterEach(() => world.close());

  const page = async () => (await fetch(world.sandbox.url)).text();
  const send = (path: string, fields: Record<string, string> = {}) =>
    fetch(`${world.sandbox.url}/paymob${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  const paid = async (): Promise<PaymobTransaction> =>
    world.paymob.pay((await intend(world)).client_secret).transaction;
  const transactions = () => world.paymob.transactions().map(inShort);

  it('says when nothing has happened', async () => {
    const text = await page();
    for (const part of ['Nobody has paid by Paymob yet.', 'Nothing was told yet.', 'Paymob mischief']) {
      expect(text).toContain(part);
    }
  });

  it('shows payments, refunds them by hand, a part or what is left', async () => {
    const { id } = await paid();
    const answer = await send(`/transactions/${id}/refund`, { amount: '500.50' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/#paymob-${id}`]);
    expect(transactions()).toEqual(['success refunded 50050', 'refund success']);
    expect(await page()).toContain('E£500.50 refunded');
    expect(await page()).toContain('E£1,500.50 EGP');
    expect((await send(`/transactions/${id}/refund`)).status).toBe(303);
    expect(transactions()[0]).toBe('success refunded 150050');
    expect(await page()).not.toContain(`action="/paymob/transactions/${id}/refund"`);
  });

  it('says why it does not', async () => {
    const { id } = await paid();
    for (const [amount, why] of [
      ['1500.51', 'greater than the refundable amount'],
      ['a lot', 'a lot is no amount in EGP.'],
      ['0', '0 is no amount in EGP.'],
    ] as const) {
      const answer = await send(`/transactions/${id}/refund`, { amount });
      const text = await answer.text();
      expect(answer.status).toBe(422);
      expect(text).toMatch(new RegExp(`role="alert">[^<]*${why}`));
    }
    expect((await send('/transactions/1/refund')).status).toBe(404);
    expect((await send(`/transactions/${id}/dispute`)).status).toBe(404);
    expect(transactions()).toEqual(['success']);
  });

  it('voids, and ends what is pending', async () => {
    const { id } = await paid();
    expect((await send(`/transactions/${id}/void`)).status).toBe(303);
    const kiosk = world.paymob.payPending((await intend(world)).client_secret, { method: 'kiosk' }).transaction;
    expect((await send(`/transactions/${kiosk.id}/success`)).headers.get('location')).toBe(`/#paymob-${kiosk.id}`);
    const card = world.paymob.payPending((await intend(world)).client_secret).transaction;
    await send(`/transactions/${card.id}/decline`);
    expect(transactions()).toEqual(['success voided', 'void success', 'success', 'declined']);
    expect((await send(`/transactions/${card.id}/success`)).status).toBe(422);
  });

  it('shows what was told, and tells it again', async () => {
    const { id } = await paid();
    await world.paymob.callbacks.idle();
    expect(await page()).toContain(`Transaction ${id}`);
    const again = await send(`/callbacks/${id}/redeliver`);
    expect([again.status, again.headers.get('location')]).toEqual([303, '/#paymob-callbacks']);
    expect(world.school.told()).toEqual(['success', 'success']);
    expect((await send('/callbacks/1/redeliver')).status).toBe(404);
  });

  it('shows calls without keys, and nothing unescaped', async () => {
    await intend(world, { special_reference: '<script>alert(1)</script>' });
    world.paymob.decline(world.paymob.intentions()[0]!.client_secret, '<b>No</b>');
    await world.paymob.callbacks.idle();
    const text = await page();
    expect(text).toContain('/paymob/v1/intention/');
    expect(text).toContain('&#60;b&#62;No');
    expect(text).not.toMatch(/<script>|<b>No|egy_sk_test/);
  });

  it('disturbs callbacks until they are calmed', async () => {
    const wanted = { duplicate: '2', from: '0', to: '10', drop: '0', shuffle: 'yes', seed: '4' };
    const answer = await send('/mischief/callbacks', wanted);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/#paymob-mischief']);
    const disturbance = { duplicate: 2, shuffle: true, delayMs: [0, 10], drop: 0, seed: 4 };
    expect(world.paymob.callbacks.disturbedBy()).toEqual(disturbance);
    expect(await page()).toContain('Callbacks are disturbed');
    expect((await send('/mischief/callbacks', { ...wanted, drop: '150' })).status).toBe(422);
    await send('/mischief/callbacks/calm');
    expect(world.paymob.callbacks.disturbedBy()).toBeUndefined();
  });

  it('breaks the API until that is removed', async () => {
    const trouble = { trouble: 'throttled', times: 'Infinity', path: '/paymob/v1/intention/' };
    expect((await send('/mischief/api', trouble)).status).toBe(303);
    expect((await call(world, 'POST', '/v1/intention/', order(world))).status).toBe(429);
    const [active] = world.paymob.interceptions();
    expect(await page()).toContain(`action="/paymob/mischief/api/${active?.id}/remove"`);
    await send(`/mischief/api/${active?.id}/remove`);
    await intend(world);
    expect((await send('/mischief/api', { ...trouble, trouble: 'none' })).status).toBe(422);
  });

  it('keeps habits as they are ticked', async () => {
    await send('/mischief/habits', { slowRefunds: 'yes', wrapped: 'yes' });
    expect(world.paymob.habits()).toEqual({
      booleansAsText: false,
      wrapped: true,
      pendingFirst: false,
      slowRefunds: true,
      payableTwice: false,
    });
    expect(await page()).toMatch(/name="slowRefunds" value="yes" checked/);
    await send('/mischief/habits');
    expect(world.paymob.habits()).toMatchObject({ slowRefunds: false, wrapped: false });
  });
});
