import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { basket, raw, refusal, sdk, startWorld, type World } from './support.js';

describe('errors of the API', () => {
  let world: World;
  let stripe: Stripe;
  beforeAll(async () => {
    world = await startWorld();
    stripe = world.stripe;
  });
  afterAll(() => world.close());

  it('answers a wrong key with 401 and shows it masked', async () => {
    const error = await refusal(sdk(world.sandbox, { key: 'sk_test_wrong_key_1234' }).customers.list());
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect(error).toMatchObject({ statusCode: 401, rawType: 'invalid_request_error' });
    expect(error.message).toBe('Invalid API Key provided: sk_test_**********1234');
  });

  it('answers a missing and a publishable key with 401', async () => {
    const missing = await raw(world.sandbox, '/v1/customers', { headers: { authorization: '' } });
    expect(missing.status).toBe(401);
    expect(await missing.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    const publishable = await refusal(sdk(world.sandbox, { key: 'pk_test_public' }).customers.list());
    expect(publishable).toMatchObject({ statusCode: 401, code: 'secret_key_required' });
  });

  it('accepts the key as the user name of Basic, as curl -u sends it', async () => {
    const credentials = Buffer.from('sk_test_4eC39HqLyjWDarjtT1zdp7dc:').toString('base64');
    const answer = await raw(world.sandbox, '/v1/customers', { headers: { authorization: `Basic ${credentials}` } });
    expect(answer.status).toBe(200);
  });

  it('knows no connected account', async () => {
    const error = await refusal(stripe.customers.list({}, { stripeAccount: 'acct_1' }));
    expect(error).toBeInstanceOf(Stripe.errors.StripePermissionError);
    expect(error).toMatchObject({ statusCode: 403, code: 'account_invalid' });
  });

  it('names an unknown parameter by its full path', async () => {
    const error = await refusal(stripe.customers.create({ nope: 'x' } as Stripe.CustomerCreateParams));
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'nope',
      message: 'Received unknown parameter: nope',
      doc_url: 'https://stripe.com/docs/error-codes/parameter-unknown',
    });
    const nested = await refusal(
      stripe.customers.create({ address: { planet: 'Earth' } } as Stripe.CustomerCreateParams),
    );
    expect(nested).toMatchObject({ param: 'address[planet]' });
  });

  it('names a missing parameter by its full path', async () => {
    const params = basket();
    params.line_items = [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 100 } }];
    const error = await refusal(stripe.checkout.sessions.create(params));
    expect(error).toMatchObject({
      code: 'parameter_missing',
      param: 'line_items[0][price_data][product_data]',
      message: 'Missing required param: line_items[0][price_data][product_data].',
    });
  });

  it('refuses integers that are none', async () => {
    const error = await refusal(stripe.checkout.sessions.create(basket(17.99 * 100 + 0.001)));
    expect(error).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'line_items[0][price_data][unit_amount]',
    });
    expect(error.message).toMatch(/^Invalid integer: 1799\.00/);
    const negative = await refusal(stripe.checkout.sessions.create(basket(-1)));
    expect(negative.message).toBe('Invalid non-negative integer');
    expect(negative.code).toBeUndefined();
  });

  it('refuses an empty string where nothing can be unset', async () => {
    const error = await refusal(stripe.checkout.sessions.create({ ...basket(), success_url: '' }));
    expect(error).toMatchObject({ code: 'parameter_invalid_empty', param: 'success_url' });
  });

  it('answers 404 for a missing object and 400 for a missing cursor or reference', async () => {
    expect(await refusal(stripe.charges.retrieve('ch_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
      message: "No such charge: 'ch_none'",
    });
    expect(await refusal(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      param: 'intent',
    });
    expect(await refusal(stripe.customers.list({ starting_after: 'cus_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'starting_after',
    });
    expect(await refusal(stripe.checkout.sessions.create({ ...basket(), customer: 'cus_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'customer',
    });
  });

  it('refuses what cannot be expanded, and says where a list would have it', async () => {
    const unknown = await refusal(stripe.charges.list({ expand: ['data.nonsense'] }));
    expect(unknown.message).toBe('This property cannot be expanded (data.nonsense).');
    const hint = await refusal(stripe.charges.list({ expand: ['customer'] }));
    expect(hint.message).toBe(
      "This property cannot be expanded (customer). You may want to try expanding 'data.customer' instead.",
    );
    const deep = await refusal(stripe.charges.list({ expand: ['data.payment_intent.latest_charge.customer.x'] }));
    expect(deep.message).toMatch(/^You cannot expand more than 4 levels/);
  });

  it('keeps Stripe’s limits on metadata', async () => {
    const long = await refusal(stripe.customers.create({ metadata: { note: 'x'.repeat(501) } }));
    expect(long).toMatchObject({ statusCode: 400, param: 'metadata[note]' });
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, 'x']));
    expect((await refusal(stripe.customers.create({ metadata: many }))).statusCode).toBe(400);
  });

  it('says plainly which real parameter it does not play', async () => {
    const error = await refusal(stripe.checkout.sessions.create({ ...basket(), automatic_tax: { enabled: true } }));
    expect(error).toMatchObject({ statusCode: 400, param: 'automatic_tax' });
    expect(error.message).toMatch(/does not implement this yet: automatic_tax/);
  });

  it('answers an unknown URL with 404 and every error under `error`', async () => {
    const answer = await raw(world.sandbox, '/v1/nonsense');
    expect(answer.status).toBe(404);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).toMatch(/^Unrecognized request URL \(GET: \/v1\/nonsense\)/);
  });

  it('sends the headers that the SDK reads', async () => {
    const customer = await stripe.customers.create({}, { idempotencyKey: 'headers-1' });
    expect(customer.lastResponse).toMatchObject({
      apiVersion: Stripe.API_VERSION,
      idempotencyKey: 'headers-1',
      statusCode: 200,
    });
    expect(customer.lastResponse.requestId).toMatch(/^req_[0-9A-Za-z]{14}$/);
  });
});
