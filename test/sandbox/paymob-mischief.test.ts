import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cutConnection,
  hold,
  paymobServerError,
  paymobThrottled,
  paymobTokenExpired,
  startSandbox,
} from '../../src/sandbox/index.js';
import {
  bearer,
  call,
  inShort,
  intend,
  order,
  refundCall,
  secretKey,
  startPaymob,
  type World,
} from './paymob-support.js';

let world: World;
beforeEach(async () => {
  world = await startPaymob();
});
afterEach(() => world.close());

describe('callbacks of Paymob', () => {
  const told = async () => {
    await world.paymob.callbacks.idle();
    return world.school.told();
  };

  it('are held, and sent in any order', async () => {
    const { callbacks } = world.paymob;
    callbacks.pause();
    const { transaction } = world.paymob.pay((await intend(world)).client_secret);
    const refund = world.paymob.refundByHand(transaction.id);
    expect(await told()).toEqual([]);
    expect(await callbacks.deliverNow(String(refund.id))).toMatchObject([{ about: String(refund.id), status: 200 }]);
    expect(await told()).toEqual(['refund success']);
    await callbacks.deliverNow(String(transaction.id));
    expect((await told()).slice(1).sort()).toEqual(['success', 'success refunded 150050']);
  });

  it('are repeated as they were, whatever has become of the transaction', async () => {
    const { transaction } = world.paymob.pay((await intend(world)).client_secret);
    await told();
    await world.paymob.callbacks.redeliver(String(transaction.id));
    const [first, second] = world.school.callbacks;
    expect(await told()).toEqual(['success', 'success']);
    expect([second?.body, second?.url.href]).toEqual([first?.body, first?.url.href]);
    expect(world.paymob.callbacks.attempts()).toHaveLength(2);
  });

  it('come twice or never', async () => {
    world.paymob.callbacks.disturb({ duplicate: 2 });
    world.paymob.pay((await intend(world)).client_secret);
    expect(await told()).toEqual(['success', 'success']);
    world.paymob.callbacks.disturb({ drop: 1 });
    world.paymob.pay((await intend(world)).client_secret);
    expect(await told()).toHaveLength(2);
    expect(world.paymob.transactions().map(inShort)).toEqual(['success', 'success']);
  });
});

describe('trouble with the API of Paymob', () => {
  const refunds = { method: 'POST', path: '/paymob/api/acceptance/void_refund/refund' };
  const paid = async () => world.paymob.pay((await intend(world)).client_secret).transaction;

  it('is a page instead of JSON, before or after the work', async () => {
    const { id } = await paid();
    const ask = () =>
      fetch(`${world.sandbox.url}${refunds.path}`, {
        method: 'POST',
        headers: { authorization: `Token ${secretKey}` },
        body: JSON.stringify({ transaction_id: id, amount_cents: 1 }),
      });
    world.paymob.intercept(refunds, paymobServerError());
    const answer = await ask();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<h1>Server Error (500)</h1>');
    expect(world.paymob.transactions()).toHaveLength(1);
    world.paymob.intercept(refunds, paymobServerError('after'));
    expect((await ask()).status).toBe(500);
    expect(world.paymob.transactions()).toHaveLength(2);
  });

  it('is a refusal in its own words', async () => {
    world.paymob.intercept({ path: /intention/ }, paymobThrottled());
    expect(await call(world, 'POST', '/v1/intention/', order(world))).toEqual({
      status: 429,
      body: { detail: 'Request was throttled.' },
    });
    const token = await bearer(world);
    world.paymob.intercept({ path: /transactions/ }, paymobTokenExpired());
    expect(await call(world, 'GET', '/api/acceptance/transactions/1', undefined, token)).toEqual({
      status: 401,
      body: { detail: 'Signature has expired.' },
    });
    expect(world.paymob.intentions()).toEqual([]);
    expect(world.paymob.interceptions()).toEqual([]);
  });

  it('is a connection that breaks though the work was done, so that asking again does it twice', async () => {
    const { id } = await paid();
    world.paymob.intercept(refunds, cutConnection('after'));
    await expect(refundCall(world, id, 50)).rejects.toThrow('fetch failed');
    await refundCall(world, id, 50);
    expect(world.paymob.transactions()[0]?.refunded_amount_cents).toBe(100);
    expect(world.paymob.requests().map(({ status }) => status)).toEqual([201, null, 201]);
  });

  it('holds a call, and is removed again', async () => {
    const held = hold('before');
    world.paymob.intercept({ path: '/paymob/v1/intention/' }, held.handler);
    const asked = intend(world);
    await held.arrived;
    expect(world.paymob.intentions()).toEqual([]);
    held.release();
    expect((await asked).status).toBe('intended');
    world.paymob.intercept({ path: '/paymob/v1/intention/', times: Infinity }, paymobThrottled(), 'Too fast');
    expect(world.paymob.interceptions()).toMatchObject([{ name: 'Too fast', left: Infinity }]);
    world.paymob.calmApi();
    await intend(world);
  });
});

it('carries everything over a restart with a state file, and numbers go on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const stateFile = join(folder, 'state.json');
  const first = await startPaymob(stateFile);
  const token = await bearer(first);
  const { client_secret: secret } = await intend(first);
  const { transaction } = first.paymob.pay(secret);
  await first.close();
  const options = { port: 0, now: first.clock.now, stateFile, stripe: { secretKey: 'sk_test_x', webhooks: [] } };
  const second = { ...first, sandbox: await startSandbox(options) };
  const { body } = await call(second, 'GET', `/api/acceptance/transactions/${transaction.id}`, undefined, token);
  const { order: kept, ...rest } = transaction;
  expect(body).toMatchObject({ id: rest.id, success: true, created_at: rest.created_at, order: { id: kept.id } });
  expect(second.sandbox.paymob.refundByHand(transaction.id).id).toBeGreaterThan(transaction.id);
  expect(() => second.sandbox.paymob.pay(secret)).toThrow(/is paid/);
  await second.sandbox.close();
  rmSync(folder, { recursive: true });
});

it('plays the account that it was told to', async () => {
  const keys = { secretKey: 'uae_sk_test_1', integrationIds: [7, 8], currency: 'OMR' };
  const sandbox = await startSandbox({ port: 0, paymob: keys, stripe: { secretKey: 'sk_test_x', webhooks: [] } });
  const told = { currency: 'OMR', payment_methods: [8, 7], items: [] };
  const muscat = { ...world, sandbox, paymob: sandbox.paymob };
  expect((await call(muscat, 'POST', '/v1/intention/', order(world, told))).status).toBe(401);
  const asked = order(world, told);
  const { status, body } = await call(muscat, 'POST', '/v1/intention/', asked, `Token ${keys.secretKey}`);
  expect(status).toBe(201);
  const { transaction } = sandbox.paymob.pay(Number(body.intention_order_id));
  // Three decimals.
  expect(transaction).toMatchObject({ integration_id: 8, currency: 'OMR', data: { migs_order: { amount: 150.05 } } });
  await sandbox.close();
});
