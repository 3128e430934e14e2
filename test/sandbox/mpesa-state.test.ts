import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MpesaWorld, phone, startMpesaWorld } from './mpesa-support.js';

let folder: string;
let world: MpesaWorld;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  world = await startMpesaWorld({ stateFile: join(folder, 'state.json') });
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the state file', () => {
  it('carries everything but callbacks over a restart', async () => {
    const receipt = await world.paid(1500);
    await world.reverse(receipt, 500);
    await world.payOut('payout-1');
    const ringing = await world.pushed({ Amount: 20 });
    world.mpesa.answerQueries(ringing, 1032, 'Request cancelled by user');
    await world.mpesa.callbacks.idle();
    world.mpesa.callbacks.pause();
    await world.payOut('payout-2');
    const known = () => {
      const { mpesa } = world;
      return [mpesa.pushes(), mpesa.payments(), mpesa.reversals(), mpesa.disbursements(), mpesa.balances()];
    };
    const before = known();

    await world.close();
    world = await startMpesaWorld({ stateFile: join(folder, 'state.json') });
    expect(known()).toEqual(before);
    expect(await world.told()).toEqual([]);
    expect((await world.query(ringing)).body.ResultCode).toBe('1032');
    expect((await world.payOut('payout-1')).body.errorCode).toBe('500.002.1001');
    expect((await world.push()).body.errorCode).toBe('500.001.1001');
    world.clock.advance(60);
    world.mpesa.sweep();
    expect(world.mpesa.ringing(phone)).toBeUndefined();
    await world.mpesa.callbacks.idle();
    expect(world.mpesa.callbacks.attempts().map(({ about }) => about)).toEqual([ringing]);
  });
});
