import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refusal, startWorld, type World } from './support.js';

const returnUrl = 'https://school.example/payouts/return';
const refreshUrl = 'https://school.example/payouts/refresh';

describe('a link to onboarding', () => {
  let world: World;
  let id: string;
  beforeEach(async () => {
    world = await startWorld();
    id = (await world.stripe.accounts.create({ type: 'express', country: 'US', email: 'ada@example.com' })).id;
  });
  afterEach(() => world.close());

  const link = (account = id, type = 'account_onboarding') =>
    world.stripe.accountLinks.create({ account, type, refresh_url: refreshUrl, return_url: returnUrl });
  const say = async (url: string, result: string) => {
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ result }), redirect: 'manual' });
    return [answer.status, answer.headers.get('location')];
  };
  const state = async () => {
    const { capabilities, details_submitted: submitted, requirements } = await world.stripe.accounts.retrieve(id);
    return [capabilities?.transfers, submitted, requirements?.disabled_reason];
  };

  it('leads to a form, for five minutes', async () => {
    const made = await link();
    expect(made).toMatchObject({
      object: 'account_link',
      created: world.clock.seconds,
      expires_at: world.clock.seconds + 300,
    });
    expect(made.url.startsWith(`${world.sandbox.url}/stripe/connect/`)).toBe(true);
    const page = await (await fetch(made.url)).text();
    expect(page).toContain('ada@example.com');
    for (const result of ['complete', 'verify', 'leave', 'refuse']) expect(page).toContain(`value="${result}"`);
    expect(await say(made.url, 'dance')).toEqual([422, null]);
    world.clock.advance(300);
    expect(await say(made.url, 'complete')).toEqual([303, refreshUrl]);
    const late = await fetch(made.url, { redirect: 'manual' });
    expect([late.status, late.headers.get('location')]).toEqual([303, refreshUrl]);
    expect(await state()).toEqual(['inactive', false, 'requirements.past_due']);
  });

  it.each([
    ['complete', ['active', true, null]],
    ['verify', ['pending', true, 'requirements.pending_verification']],
    ['leave', ['inactive', false, 'requirements.past_due']],
    ['refuse', ['inactive', false, 'rejected.other']],
  ])('brings the holder back, whatever came of it: %s', async (result, expected) => {
    const { url } = await link();
    expect(await say(url, result)).toEqual([303, returnUrl]);
    expect(await state()).toEqual(expected);
    // Good once.
    expect(await say(url, 'complete')).toEqual([303, refreshUrl]);
    expect(await state()).toEqual(expected);
  });

  it('is refused for what is not there, is rejected, or is not played', async () => {
    expect(await refusal(link('acct_none'))).toMatchObject({
      code: 'resource_missing',
      message: "No such account: 'acct_none'",
      param: 'account',
      statusCode: 400,
    });
    expect((await refusal(link(id, 'account_update'))).message).toMatch(/does not implement this yet/);
    const { url } = await link();
    world.sandbox.stripe.connect.reject(id);
    expect((await refusal(link())).param).toBe('account');
    expect(await say(url, 'complete')).toEqual([303, refreshUrl]);
    expect((await fetch(`${world.sandbox.url}/stripe/connect/none`)).status).toBe(404);
    expect((await say(`${world.sandbox.url}/stripe/connect/none`, 'complete'))[0]).toBe(404);
  });
});
