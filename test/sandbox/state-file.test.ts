import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { basket, sdk, secretKey, startReceiver, until, type Receiver } from './support.js';

describe('the state file', () => {
  let folder: string;
  let stateFile: string;
  let receiver: Receiver;
  let running: Sandbox | undefined;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    stateFile = join(folder, 'data', 'state.json');
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await running?.close();
    running = undefined;
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Sandbox> => {
    await running?.close();
    const webhooks = [{ url: receiver.url, secret: 'whsec_x' }];
    running = await startSandbox({ port: 0, stateFile, stripe: { secretKey, webhooks } });
    return running;
  };

  it('carries objects and idempotency keys over a restart', async () => {
    const first = await start();
    const sessions = sdk(first).checkout.sessions;
    const session = await sessions.create(basket(), { idempotencyKey: 'session-1' });
    const open = await sessions.create(basket());
    first.stripe.pay(session.id);
    const before = await sessions.retrieve(session.id, { expand: ['line_items'] });
    // Written while it runs, not only on close.
    await until(() => existsSync(stateFile) && readFileSync(stateFile, 'utf8').includes('checkout.session.completed'));
    const second = await start();
    const again = sdk(second).checkout.sessions;
    expect(await again.retrieve(session.id, { expand: ['line_items'] })).toEqual(before);
    expect((await again.create(basket(), { idempotencyKey: 'session-1' })).id).toBe(session.id);
    expect(second.stripe.pay(open.id).outcome).toBe('paid');
    expect(readdirSync(join(folder, 'data'))).toEqual(['state.json']);
  });

  it('sends after the restart what was not delivered before, and only that', async () => {
    const first = await start();
    first.stripe.emit('refund.created', { id: 're_1', object: 'refund' });
    await first.stripe.webhooksIdle();
    first.stripe.pauseWebhooks();
    const held = first.stripe.emit('refund.updated', { id: 're_1', object: 'refund' });
    expect(receiver.received).toHaveLength(1);
    const second = await start();
    await second.stripe.webhooksIdle();
    const ids = receiver.received.map(({ body }) => (JSON.parse(body.toString()) as { id: string }).id);
    expect(ids.slice(1)).toEqual([held.id]);
  });

  it('is not overwritten when it cannot be read', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(stateFile, '{ broken');
    await expect(start()).rejects.toThrow(/cannot read its state/);
    expect(readFileSync(stateFile, 'utf8')).toBe('{ broken');
  });
});
