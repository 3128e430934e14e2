import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { paymobDefaults, type PaymobIntention } from '../../src/sandbox/index.js';
import { inShort, intend, startPaymob, type World } from './paymob-support.js';

const card = { method: 'card', cardNumber: '5123 4567 8901 2346', cardExpiry: '12 / 34', cardCvc: '123' };

describe('the hosted page of Paymob', () => {
  let world: World;
  let intention: PaymobIntention;
  beforeEach(async () => {
    world = await startPaymob();
    intention = await intend(world, { expiration: 3600 });
  });
  afterEach(() => world.close());

  const address = (changes: Record<string, string> = {}) => {
    const known = { publicKey: paymobDefaults.publicKey, clientSecret: intention.client_secret };
    const query = new URLSearchParams({ ...known, ...changes });
    return `${world.sandbox.url}/paymob/unifiedcheckout/?${query.toString()}`;
  };
  const submit = (fields: Record<string, string>) =>
    fetch(address(), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const shown = async () => (await fetch(address())).text();
  const transactions = () => world.paymob.transactions().map(inShort);

  it('shows what is bought, the ways to pay and the test cards', async () => {
    const answer = await fetch(address());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const text = await answer.text();
    const parts = ['E£1,500.50', 'Algebra I', 'id="cardNumber"', 'id="pay"', 'id="pay-wallet"', 'id="pay-kiosk"'];
    for (const part of [...parts, '5123 4567 8901 2346', '5111 1111 1111 1118', '01010101010']) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/<script|src=|url\(/);
  });

  it.each([
    ['another public key', { publicKey: 'egy_pk_test_x' }],
    ['no public key', { publicKey: '' }],
    ['an unknown secret', { clientSecret: 'egy_csk_test_x' }],
  ])('is not found with %s', async (_, changes) => {
    expect((await fetch(address(changes))).status).toBe(404);
    expect((await fetch(address(changes), { method: 'POST', body: new URLSearchParams(card) })).status).toBe(404);
    expect(transactions()).toEqual([]);
  });

  it('is not found by the number of the order', async () => {
    const guess = { clientSecret: String(intention.intention_order_id) };
    expect((await fetch(address(guess))).status).toBe(404);
  });

  it('takes the money and sends the buyer to the shop with what the shop needs, once', async () => {
    const answer = await submit(card);
    expect(answer.status).toBe(303);
    const back = String(answer.headers.get('location'));
    expect(back).toBe(world.paymob.redirect(world.paymob.transactions()[0]!.id));
    expect(back).toMatch(/^https:\/\/school\.example\/back\?lang=ar&id=.*&success=true&.*&hmac=[0-9a-f]{128}#paid$/);
    const again = await submit(card);
    expect([again.status, again.headers.get('location')]).toEqual([303, back]);
    expect(transactions()).toEqual(['success']);
    const page = await shown();
    expect(page).toContain('Payment complete');
    expect(page).toContain('Back to the shop');
  });

  it('shows the decline, a way back, and takes another try', async () => {
    const declined = await submit({ ...card, cardNumber: '5111111111111118' });
    const text = await declined.text();
    expect(declined.status).toBe(402);
    expect(text).toMatch(/role="alert"[^>]*>Declined</);
    expect(text).toContain('value="5111111111111118"');
    expect(text).toMatch(/<a id="cancel" href="https:\/\/school\.example\/back\?lang=ar&#38;id=\d+[^"]*success=false/);
    expect((await submit(card)).status).toBe(303);
    expect(transactions()).toEqual(['declined', 'success']);
  });

  it('takes a wallet', async () => {
    const wrong = await submit({ method: 'wallet', phone: '12' });
    expect([wrong.status, (await wrong.text()).includes('id="phone-error"')]).toEqual([422, true]);
    expect((await submit({ method: 'wallet', phone: '01234567890' })).status).toBe(402);
    expect((await submit({ method: 'wallet', phone: '01010101010' })).status).toBe(303);
    expect(transactions()).toEqual(['declined', 'success']);
  });

  it('gives out a number for a kiosk, which is paid there', async () => {
    const answer = await submit({ method: 'kiosk' });
    const [pending] = world.paymob.transactions();
    expect([answer.status, pending && inShort(pending)]).toEqual([200, 'pending']);
    expect(await answer.text()).toContain(String(pending!.data.bill_reference));
    expect(await shown()).toContain('id="pay"');
    world.paymob.finish(pending!.id, 'success');
    expect(await shown()).toContain('Payment complete');
  });

  it('checks a card before it is charged', async () => {
    const answer = await submit({ method: 'card', cardNumber: '51', cardExpiry: '01 / 20', cardCvc: '1' });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    for (const name of ['cardNumber', 'cardExpiry', 'cardCvc']) expect(text).toContain(`id="${name}-error"`);
    expect(transactions()).toEqual([]);
  });

  it('fills in a test card without charging it', async () => {
    const text = await (await submit({ fill: '4987654321098769' })).text();
    expect(text).toContain('value="4987654321098769"');
    expect(transactions()).toEqual([]);
  });

  it('escapes what comes from the shop and from the buyer', async () => {
    const evil = '"><script>alert(1)</script>';
    intention = await intend(world, { items: [{ name: evil, amount: 150_050 }] });
    const text = await (await submit({ ...card, cardNumber: evil })).text();
    expect(text).not.toContain('<script>');
    expect(text).toContain('&#60;script&#62;');
  });

  it('says when it has expired', async () => {
    world.clock.advance(3600);
    const answer = await fetch(address());
    expect([answer.status, await answer.text()]).toEqual([410, expect.stringContaining('This payment has expired')]);
    expect((await submit(card)).status).toBe(410);
    expect(transactions()).toEqual([]);
  });

  it('says that it is paid where nobody asked for the buyer back', async () => {
    intention = await intend(world, { redirection_url: undefined });
    const answer = await submit(card);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Payment complete')]);
  });
});
