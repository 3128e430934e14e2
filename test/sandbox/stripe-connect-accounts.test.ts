import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { refusal, startReceiver, startWorld, type Receiver, type World } from './support.js';

describe('connected accounts', () => {
  let world: World;
  let connect: Receiver;
  beforeEach(async () => {
    connect = await startReceiver();
    const platform = { url: connect.url.replace('/webhooks', '/platform'), secret: 'whsec_platform' };
    world = await startWorld({
      stripe: { webhooks: [platform, { url: connect.url, secret: 'whsec_connect', connect: true }] },
    });
  });
  afterEach(() => Promise.all([world.close(), connect.close()]));

  const create = (params: Stripe.AccountCreateParams = {}) =>
    world.stripe.accounts.create({
      type: 'express',
      country: 'DE',
      email: 'ada@example.com',
      capabilities: { transfers: { requested: true } },
      metadata: { instructor: 'ins_1' },
      ...params,
    });
  const told = () => world.sandbox.stripe.events().map(({ type, account }) => [type, account]);

  it('can receive nothing before they are onboarded', async () => {
    const account = await create();
    expect(account.id).toMatch(/^acct_1\w{15}$/);
    expect(account).toMatchObject({
      object: 'account',
      business_type: null,
      capabilities: { transfers: 'inactive' },
      charges_enabled: false,
      controller: { losses: { payments: 'application' }, stripe_dashboard: { type: 'express' } },
      country: 'DE',
      default_currency: 'eur',
      details_submitted: false,
      email: 'ada@example.com',
      metadata: { instructor: 'ins_1' },
      payouts_enabled: false,
      requirements: {
        currently_due: ['business_type', 'external_account', 'tos_acceptance.date', 'tos_acceptance.ip'],
        disabled_reason: 'requirements.past_due',
      },
      type: 'express',
    });
    expect(await world.stripe.accounts.retrieve(account.id)).toMatchObject({ id: account.id, type: 'express' });
    expect((await world.stripe.accounts.list()).data.map(({ id }) => id)).toEqual([account.id]);
    expect(told()).toEqual([]);
  });

  it('have both usual capabilities when none is asked for', async () => {
    const { capabilities } = await create({ capabilities: undefined });
    expect(capabilities).toEqual({ card_payments: 'inactive', transfers: 'inactive' });
  });

  it('are told about when they are onboarded, to Connect endpoints, once', async () => {
    const { id } = await create();
    const done = world.sandbox.stripe.connect.onboard(id);
    expect(done).toMatchObject({
      capabilities: { transfers: 'active' },
      charges_enabled: true,
      details_submitted: true,
      external_accounts: { data: [{ account: id, country: 'DE', currency: 'eur', object: 'bank_account' }] },
      payouts_enabled: true,
      requirements: { currently_due: [], disabled_reason: null },
    });
    world.sandbox.stripe.connect.onboard(id);
    await world.sandbox.stripe.webhooksIdle();
    expect(connect.received).toHaveLength(1);
    const { body, headers } = connect.received[0]!;
    const signature = String(headers['stripe-signature']);
    const event = Stripe.webhooks.constructEvent(body, signature, 'whsec_connect', 1e9);
    expect(event).toMatchObject({
      type: 'account.updated',
      account: id,
      data: {
        object: { id, capabilities: { transfers: 'active' } },
        previous_attributes: { capabilities: { transfers: 'inactive' }, details_submitted: false },
      },
      request: { id: null },
    });
  });

  it('are pending while their papers are looked at, can be restricted, and recover', async () => {
    const { id } = await create();
    const { connect: control } = world.sandbox.stripe;
    expect(control.onboard(id, { verified: false })).toMatchObject({
      capabilities: { transfers: 'pending' },
      charges_enabled: false,
      details_submitted: true,
      payouts_enabled: false,
      requirements: {
        currently_due: [],
        disabled_reason: 'requirements.pending_verification',
        pending_verification: ['individual.verification.document'],
      },
    });
    expect(control.onboard(id).capabilities).toEqual({ transfers: 'active' });
    expect(control.restrict(id)).toMatchObject({
      capabilities: { transfers: 'inactive' },
      details_submitted: true,
      payouts_enabled: false,
      requirements: {
        currently_due: ['individual.verification.document'],
        disabled_reason: 'requirements.past_due',
        past_due: ['individual.verification.document'],
      },
    });
    expect(control.restrict(id, 'under_review').requirements).toMatchObject({
      currently_due: [],
      disabled_reason: 'under_review',
      past_due: [],
    });
    expect(control.onboard(id)).toMatchObject({ payouts_enabled: true, requirements: { disabled_reason: null } });
    expect(told()).toEqual(Array.from({ length: 5 }, () => ['account.updated', id]));
  });

  it('are rejected for good', async () => {
    const { id } = await create();
    const { connect: control } = world.sandbox.stripe;
    control.onboard(id);
    const rejected = control.reject(id, 'fraud');
    expect(rejected).toMatchObject({
      capabilities: { transfers: 'inactive' },
      charges_enabled: false,
      requirements: { currently_due: [], disabled_reason: 'rejected.fraud' },
    });
    expect(() => control.onboard(id)).toThrow(/was rejected/);
    expect(() => control.restrict(id)).toThrow(/was rejected/);
    expect(await world.stripe.accounts.retrieve(id)).toMatchObject({ payouts_enabled: false });
  });

  it('keep what is updated, and tell what it was', async () => {
    const { id } = await create();
    const url = 'https://ada.example';
    const changed = await world.stripe.accounts.update(id, {
      business_profile: { url },
      metadata: { instructor: 'ins_2', level: '3' },
    });
    expect(changed).toMatchObject({
      business_profile: { name: null, url },
      metadata: { instructor: 'ins_2', level: '3' },
    });
    const event = world.sandbox.stripe.events().at(-1);
    expect(event?.data.previous_attributes).toEqual({
      business_profile: expect.objectContaining({ url: null }) as unknown,
      metadata: { instructor: 'ins_1', level: null },
    });
    expect(event?.request?.id).toMatch(/^req_/);
    await world.stripe.accounts.update(id, { metadata: { level: '3' } });
    expect(told()).toHaveLength(1);
  });

  it('are gone when they are deleted or leave the platform', async () => {
    const [first, second] = [await create(), await create()];
    expect(await world.stripe.accounts.del(first.id)).toMatchObject({ id: first.id, deleted: true, object: 'account' });
    world.sandbox.stripe.connect.deauthorize(second.id);
    expect(told()).toEqual([
      ['account.application.deauthorized', first.id],
      ['account.application.deauthorized', second.id],
    ]);
    expect(world.sandbox.stripe.events().at(-1)?.data.object).toMatchObject({ object: 'application' });
    for (const { id } of [first, second]) {
      const error = await refusal(world.stripe.accounts.retrieve(id));
      expect(error).toBeInstanceOf(Stripe.errors.StripePermissionError);
      expect(error).toMatchObject({ code: 'account_invalid', statusCode: 403 });
      expect(error.message).toContain(`does not have access to account '${id}' (or that account does not exist)`);
    }
    expect((await world.stripe.accounts.list()).data).toEqual([]);
    expect(() => world.sandbox.stripe.connect.onboard(first.id)).toThrow(/no object/);
  });

  it('of other types, and calls on their behalf, are refused rather than ignored', async () => {
    const { id } = await create();
    for (const params of [{ type: 'custom' }, { capabilities: { treasury: { requested: true } } }]) {
      expect((await refusal(create(params))).message).toMatch(/does not implement this yet/);
    }
    expect((await refusal(create({ country: 'Germany' }))).param).toBe('country');
    expect((await refusal(create({ country: 'de' }))).message).toMatch(/^Country 'de' is unknown/);
    const onBehalf = await refusal(world.stripe.balance.retrieve({}, { stripeAccount: id }));
    expect(onBehalf.message).toMatch(/does not implement this yet: calls on behalf/);
  });
});
