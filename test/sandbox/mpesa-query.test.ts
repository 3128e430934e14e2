import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type MpesaWorld, password, refusal, startMpesaWorld } from './mpesa-support.js';

let world: MpesaWorld;
beforeEach(async () => {
  world = await startMpesaWorld();
});
afterEach(() => world.close());

const answer = (ResultCode: string, ResultDesc: string) => {
  const [push] = world.mpesa.pushes();
  return {
    status: 200,
    body: {
      ResponseCode: '0',
      ResponseDescription: 'The service request has been accepted successfully',
      MerchantRequestID: push?.merchantRequestId,
      CheckoutRequestID: push?.checkoutRequestId,
      ResultCode,
      ResultDesc,
    },
  };
};

describe('a query', () => {
  it('says in either of two ways that the phone still rings', async () => {
    const id = await world.pushed();
    expect(await world.query(id)).toEqual(refusal(500, '500.001.1001', 'The transaction is being processed'));
    world.mpesa.pendingShape('4999');
    expect(await world.query(id)).toEqual(answer('4999', 'The transaction is still under processing'));
    world.mpesa.pendingShape('500');
    expect((await world.query(id)).status).toBe(500);
  });

  it('says how it ended, as text, without receipt and amount', async () => {
    const id = await world.pushed();
    world.mpesa.settleSilently(id);
    expect(await world.query(id)).toEqual(answer('0', 'The service request is processed successfully.'));
    expect(await world.told()).toEqual([]);
  });

  it('knows of what has failed, and of what was paid late', async () => {
    const id = await world.pushed();
    world.clock.advance(60);
    expect(await world.query(id)).toEqual(answer('1037', 'No response from user.'));
    world.mpesa.payLate(id);
    expect(await world.query(id)).toEqual(answer('0', 'The service request is processed successfully.'));
  });

  it('contradicts the truth when it is told to', async () => {
    const id = await world.pushed();
    const { receipt } = world.mpesa.accept(id);
    world.mpesa.answerQueries(id, 1032, 'Request cancelled by user');
    expect(await world.query(id)).toEqual(answer('1032', 'Request cancelled by user'));
    expect(world.mpesa.pushes()).toMatchObject([{ status: 'paid', resultCode: 0, receipt }]);
    expect(Object.keys(world.mpesa.pushes()[0] ?? {})).not.toContain('queriedAs');
  });

  it('refuses what it does not know by the code that means pending, too', async () => {
    expect(await world.query('ws_CO_20112026130000000700000000')).toEqual(
      refusal(500, '500.001.1001', 'The transaction does not exist'),
    );
    const id = await world.pushed();
    expect(await world.query(id, { Password: password('1').Password })).toEqual(
      refusal(500, '500.001.1001', 'Wrong credentials'),
    );
    expect(await world.query('')).toEqual(refusal(400, '400.002.02', 'Bad Request - Invalid CheckoutRequestID'));
  });
});
