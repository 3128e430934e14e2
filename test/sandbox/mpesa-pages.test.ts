import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type MpesaWorld, paths, phone, startMpesaWorld } from './mpesa-support.js';

let world: MpesaWorld;
beforeEach(async () => {
  world = await startMpesaWorld();
});
afterEach(() => world.close());

const evil = '"><script>alert(1)</script>';
const refresh = '<meta http-equiv="refresh" content="2" />';

async function page(path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(world.sandbox.url + path);
  return { status: answer.status, text: await answer.text() };
}

async function send(path: string, fields: Record<string, string> = {}) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(world.sandbox.url + path, { method: 'POST', body, redirect: 'manual' });
  return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
}

describe('a phone', () => {
  const pay = (push: string, pin: string) => send(`/phone/${phone}`, { push, action: 'pay', pin });

  it('is chosen from those that were rung, or by its number', async () => {
    expect((await page('/phone')).text).toContain('No phone has rung yet.');
    await world.payOut('payout-1', { PartyB: '254111222333' });
    await world.pushed();
    const { text } = await page('/phone');
    expect([...text.matchAll(/href="\/phone\/(\d+)"/g)].map(([, number]) => number)).toEqual([phone, '254111222333']);
    expect(text.match(/rings/g)).toHaveLength(1);
    const typed = await fetch(`${world.sandbox.url}/phone?number=%2B254 708 374149`, { redirect: 'manual' });
    expect([typed.status, typed.headers.get('location')]).toEqual([303, `/phone/${phone}`]);
    expect(await page('/phone?number=0708374149')).toEqual({
      status: 422,
      text: expect.stringContaining('That is no mobile number of Kenya'),
    });
    expect((await page('/phone/0708374149')).status).toBe(404);
  });

  it('looks again by itself until something rings', async () => {
    const quiet = await page(`/phone/${phone}`);
    expect(quiet.text).toContain(refresh);
    expect(quiet.text).not.toContain('id="pin"');
    await world.pushed({ AccountReference: evil });
    const { text } = await page(`/phone/${phone}`);
    expect(text).not.toContain(refresh);
    for (const part of [
      'Ksh1,500.00 to 174379, account no. &#34;&#62;&#60;script&#62;',
      'id="pin"',
      'id="cancelPush"',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/<script|src=|url\(/);
    expect((await page('/phone/254111222333')).text).toContain(refresh);
  });

  it('pays with any PIN but one', async () => {
    const id = await world.pushed();
    for (const wrong of ['', '123', '12345', 'abcd']) {
      expect(await pay(id, wrong)).toMatchObject({ status: 422, text: expect.stringContaining('four digits') });
    }
    expect(world.mpesa.ringing(phone)?.checkoutRequestId).toBe(id);
    expect(await pay(id, '1234')).toMatchObject({ status: 303, location: `/phone/${phone}` });
    expect(world.mpesa.pushes()).toMatchObject([{ status: 'paid', resultCode: 0 }]);
    const again = await pay(id, '1234');
    expect([again.status, again.text.includes('That does not ring any more.')]).toEqual([409, true]);
    const other = await world.pushed({ Amount: 20 });
    await pay(other, '0000');
    expect(world.mpesa.pushes()[1]).toMatchObject({ status: 'failed', resultCode: 2001 });
    expect(await world.told()).toHaveLength(2);
  });

  it('cancels, or lets it ring out', async () => {
    for (const [action, code] of [
      ['cancel', 1032],
      ['ignore', 1037],
    ] as const) {
      const push = await world.pushed();
      expect((await send(`/phone/${phone}`, { push, action: 'dance' })).status).toBe(422);
      expect((await send(`/phone/${phone}`, { push, action })).status).toBe(303);
      expect(world.mpesa.pushes().at(-1)).toMatchObject({ status: 'failed', resultCode: code });
    }
    const push = await world.pushed();
    world.clock.advance(60);
    expect((await page(`/phone/${phone}`)).text).toContain('Nothing rings.');
    expect((await send(`/phone/${phone}`, { push, action: 'cancel' })).status).toBe(409);
  });

  it('keeps its messages, newest first', async () => {
    const receipt = await world.paid(1500);
    world.clock.advance(60);
    await world.reverse(receipt, 500);
    world.clock.advance(60);
    await world.payOut('payout-1', { Amount: 2_000 });
    world.clock.advance(60);
    world.mpesa.cancel(await world.pushed({ Amount: 30 }));
    const { text } = await page(`/phone/${phone}`);
    const [reversal] = world.mpesa.reversals();
    const [payout] = world.mpesa.disbursements();
    expect([...text.matchAll(/<li><span>(.*?)<\/span><\/li>/g)].map(([, message]) => message)).toEqual([
      'Ksh30.00 to 174379 not paid on 20.11.2026 13:03:00: Request cancelled by user (1032)',
      `${payout?.receipt} Confirmed. You have received Ksh2,000.00 from 174379 on 20.11.2026 13:02:00.`,
      `${reversal?.receipt} Confirmed. Ksh500.00 of ${receipt} came back on 20.11.2026 13:01:00.`,
      `${receipt} Confirmed. Ksh1,500.00 sent to 174379 for account ORDER-7 on 20.11.2026 13:00:00.`,
    ]);
  });
});

describe('the dashboard', () => {
  it('shows what was asked for, what became of it and how it was told', async () => {
    expect((await page('/')).text).toContain('No phone was asked for anything yet.');
    world.receiver.answers.push(500);
    const receipt = await world.paid(1500);
    await world.mpesa.callbacks.idle();
    await world.reverse(receipt, 500);
    await world.payOut('payout-1', { Remarks: evil, OriginatorConversationID: evil });
    await world.pushed({ AccountReference: evil, Amount: 20 });
    await world.mpesa.callbacks.idle();
    const { text } = await page('/');
    for (const part of [
      'paid in Ksh1,000.00, to pay out Ksh999,500.00',
      `<span class="mono">${receipt}</span>`,
      'Reversal of Ksh500.00 of',
      'Payout of Ksh500.00 to',
      '<span class="badge ">ringing</span>',
      '<span class="badge bad">500</span>',
      `${world.address}/result`,
      `/daraja${paths.b2c}`,
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/<script|sandbox-security-credential|sandbox-consumer-secret/);
  });

  it('sends again, finds late payments and reverses', async () => {
    const late = await world.pushed();
    expect((await send(`/mpesa/pushes/${late}/tell`)).status).toBe(422);
    world.mpesa.noAnswer(late);
    await world.mpesa.callbacks.idle();
    expect(await send(`/mpesa/pushes/${late}/pay-late`)).toMatchObject({ status: 303, location: `/#${late}` });
    await send(`/mpesa/pushes/${late}/tell`);
    expect(await world.told()).toHaveLength(3);
    const [payment] = world.mpesa.payments();
    expect((await send(`/mpesa/payments/${payment?.id}/reverse`)).status).toBe(303);
    expect(world.mpesa.reversals()).toMatchObject([{ byHand: true, amount: 1500 }]);
    expect(await send(`/mpesa/payments/${payment?.id}/reverse`)).toMatchObject({
      status: 422,
      text: expect.stringContaining('was given back already'),
    });
    await world.payOut('payout-1');
    const [payout] = world.mpesa.disbursements();
    expect((await send(`/mpesa/conversations/${payout?.id}/tell`)).location).toBe(`/#${payout?.id}`);
    expect(await world.told()).toHaveLength(5);
    for (const unknown of ['pushes/x/tell', `pushes/${late}/dance`, 'payments/x/reverse', 'conversations/x/tell']) {
      expect((await send(`/mpesa/${unknown}`)).status).toBe(404);
    }
  });
});

describe('the switches', () => {
  const on = (path: string, fields: Record<string, string> = {}) => send(`/mpesa/mischief${path}`, fields);
  const done = { status: 303, location: '/#mpesa-mischief' };

  it('disturb callbacks', async () => {
    expect(await on('/callbacks', { trouble: 'twice' })).toMatchObject(done);
    expect(world.mpesa.callbacks.disturbedBy()).toEqual({ duplicate: 2 });
    expect((await page('/')).text).toContain('Callbacks are disturbed');
    await on('/callbacks/calm');
    expect((await page('/')).text).not.toContain('Callbacks are disturbed');
    for (const trouble of ['late', 'shuffled', 'half', 'never']) {
      expect(await on('/callbacks', { trouble })).toMatchObject(done);
    }
    expect((await on('/callbacks', { trouble: 'toString' })).status).toBe(422);
  });

  it('break the API until it is removed', async () => {
    const path = `/daraja${paths.push}`;
    expect(await on('/api', { trouble: 'spikeArrest', times: 'Infinity', path })).toMatchObject(done);
    expect((await world.push()).body.errorCode).toBe('500.003.02');
    const [active] = world.mpesa.interceptions();
    expect(active).toMatchObject({ name: '500.003.02, spike arrest', left: Infinity, target: { path } });
    expect((await page('/')).text).toContain(`action="/mpesa/mischief/api/${active?.id}/remove"`);
    await on(`/api/${active?.id}/remove`);
    expect((await world.push()).status).toBe(200);
    expect((await on('/api', { trouble: 'none' })).status).toBe(422);
    expect((await on('/api', { trouble: 'slow', times: '0' })).status).toBe(422);
  });

  it('decide how requests end, what is pending, and whether the credential is locked', async () => {
    expect(await on('/next', { kind: 'b2c', end: 'timeoutUndone' })).toMatchObject(done);
    expect((await page('/')).text).toContain('The next payout</span>');
    await on('/pending', { shape: '4999' });
    await on('/credential', { locked: 'yes' });
    const { pendingShape, credentialLocked } = world.mpesa.switches();
    expect([pendingShape, credentialLocked]).toEqual(['4999', true]);
    await world.payOut('one');
    await world.payOut('two');
    await on('/credential', { locked: 'no' });
    await world.payOut('three');
    expect(world.mpesa.disbursements().map(({ status, resultCode }) => [status, resultCode])).toEqual([
      ['dropped', null],
      ['failed', 8006],
      ['done', 0],
    ]);
    expect((await on('/next', { kind: 'refund', end: 'timeout' })).status).toBe(422);
    expect((await on('/next', { kind: 'b2c', end: 'none' })).status).toBe(422);
  });
});
