import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  cutConnection,
  emptyDarajaError,
  mpesaDefaults,
  quotaViolation,
  silence,
  spikeArrest,
  unauthorizedToken,
  unavailablePage,
} from '../../src/sandbox/index.js';
import {
  askToken,
  type MpesaWorld,
  paths,
  phone,
  post,
  pushBody,
  refusal,
  startMpesaWorld,
  tokenFor,
} from './mpesa-support.js';

let world: MpesaWorld;
beforeEach(async () => {
  world = await startMpesaWorld();
});
afterEach(() => world.close());

const known = `${mpesaDefaults.consumerKey}:${mpesaDefaults.consumerSecret}`;
const invalidToken = refusal(404, '404.001.03', 'Invalid Access Token');

describe('access tokens', () => {
  it('are given to the merchant, with their time as text', async () => {
    const { status, body } = await askToken(world.sandbox, known);
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { access_token: expect.stringMatching(/^[\w-]{28}$/), expires_in: '3599' },
    ]);
  });

  it('are refused to others without a word', async () => {
    for (const wrong of [`${mpesaDefaults.consumerKey}:x`, 'x', '']) {
      expect(await askToken(world.sandbox, wrong)).toEqual({ status: 400, body: '' });
    }
    const { status, body } = await askToken(world.sandbox, known, '');
    expect({ status, body: JSON.parse(body) as unknown }).toEqual(
      refusal(400, '400.008.02', 'Invalid grant type passed'),
    );
  });

  it('end after an hour of the sandbox, or at once', async () => {
    const send = (token: string) => post(world.sandbox, paths.push, JSON.stringify(pushBody(world.address)), token);
    const token = await tokenFor(world.sandbox);
    world.clock.advance(3598);
    expect((await send(token)).status).toBe(200);
    world.clock.advance(1);
    expect(await send(token)).toEqual(invalidToken);
    const another = await tokenFor(world.sandbox);
    world.mpesa.revokeTokens();
    for (const wrong of [another, 'made-up', '']) expect(await send(wrong)).toEqual(invalidToken);
    expect(world.mpesa.pushes()).toHaveLength(1);
  });
});

describe('what is no call', () => {
  const ask = async (method: string, path: string) => {
    const answer = await fetch(`${world.sandbox.url}/daraja${path}`, { method });
    return { status: answer.status, body: await answer.json() };
  };

  it('is refused in the shape of all refusals', async () => {
    expect(await ask('POST', '/mpesa/stkpush/v2/processrequest')).toEqual(
      refusal(404, '404.001.01', 'Resource not found'),
    );
    expect(await ask('GET', paths.push)).toEqual(refusal(405, '405.001', 'Method Not Allowed'));
    expect(await ask('POST', '/oauth/v1/generate')).toEqual(refusal(405, '405.001', 'Method Not Allowed'));
    expect(await ask('POST', paths.push)).toEqual(invalidToken);
    const token = await tokenFor(world.sandbox);
    for (const wrong of ['{ "Amount": ', '[]', '"text"', 'null', '']) {
      expect(await post(world.sandbox, paths.push, wrong, token)).toEqual(
        refusal(400, '400.002.05', 'Invalid Request Payload'),
      );
    }
  });
});

describe('trouble with the API', () => {
  const target = { method: 'POST', path: `/daraja${paths.push}` };

  it('comes in the words of Daraja', async () => {
    for (const [trouble, refused] of [
      [spikeArrest(), refusal(500, '500.003.02', 'Error Occurred: Spike Arrest Violation')],
      [quotaViolation(), refusal(500, '500.003.03', 'Error Occurred: Quota Violation')],
      [unauthorizedToken(), refusal(401, '401.002.01', 'Error Occurred - Invalid Access Token')],
    ] as const) {
      world.mpesa.intercept(target, trouble);
      expect(await world.push()).toEqual(refused);
    }
    expect(world.mpesa.pushes()).toEqual([]);
    expect((await world.push()).status).toBe(200);
  });

  it('comes without words', async () => {
    const send = async () => {
      const authorization = `Bearer ${await tokenFor(world.sandbox)}`;
      const body = JSON.stringify(pushBody(world.address));
      const url = `${world.sandbox.url}/daraja${paths.push}`;
      const answer = await fetch(url, { method: 'POST', headers: { authorization }, body });
      return [answer.status, answer.headers.get('content-type')?.split(';')[0], await answer.text()];
    };
    world.mpesa.intercept(target, unavailablePage());
    expect(await send()).toEqual([503, 'text/html', expect.stringMatching(/^<html>[^]*503 Service/)]);
    world.mpesa.intercept(target, emptyDarajaError());
    expect(await send()).toEqual([500, 'application/json', '']);
    expect(world.mpesa.pushes()).toEqual([]);
    world.mpesa.intercept(target, emptyDarajaError('after'));
    expect((await send())[0]).toBe(500);
    expect(world.mpesa.ringing(phone)).toBeDefined();
  });

  it('can be that nobody hears of what was done', async () => {
    world.mpesa.intercept(target, cutConnection('after'));
    await expect(world.push()).rejects.toThrow();
    world.mpesa.cancel(String(world.mpesa.ringing(phone)?.checkoutRequestId));
    world.mpesa.intercept({ ...target, times: Infinity }, silence(), 'Silence');
    expect(world.mpesa.interceptions()).toMatchObject([{ name: 'Silence', left: Infinity }]);
    world.mpesa.calmApi();
    expect((await world.push()).status).toBe(200);
    expect(world.mpesa.pushes()).toHaveLength(2);
  });

  it('and every call can be looked at, without what is secret', async () => {
    await world.push();
    await world.payOut('one');
    const [token, push, payout] = world.mpesa.requests();
    expect(token).toMatchObject({
      method: 'GET',
      path: '/daraja/oauth/v1/generate',
      params: { grant_type: 'client_credentials' },
      headers: { authorization: '(not shown)' },
      status: 200,
      answer: { access_token: '(not shown)', expires_in: '3599' },
    });
    expect(push).toMatchObject({
      ...target,
      at: world.clock.now(),
      params: { Password: '(not shown)', Amount: 1500, PhoneNumber: phone },
      status: 200,
      answer: { ResponseCode: '0' },
    });
    expect(payout).toMatchObject({ path: `/daraja${paths.b2c}`, params: { SecurityCredential: '(not shown)' } });
  });
});
