import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WebhookDisturbance } from '../../src/sandbox/index.js';
import { refusal, startWorld, until, type World } from './support.js';

describe('trouble with webhooks', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const emit = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      world.sandbox.stripe.emit('refund.updated', { id: `re_${index}`, object: 'refund' }),
    );
  /** The numbers of the objects, in the order in which they arrived. */
  const arrived = () =>
    world.receiver.received.map(({ body }) => {
      const event = JSON.parse(body.toString()) as { data: { object: { id: string } } };
      return Number(event.data.object.id.replace('re_', ''));
    });
  async function arrivedWith(wanted: WebhookDisturbance, count = 12): Promise<number[]> {
    await world.close();
    world = await startWorld({ retryDelays: Array<number>(20).fill(20) });
    world.sandbox.stripe.disturbWebhooks(wanted);
    emit(count);
    await world.sandbox.stripe.webhooksIdle();
    return arrived();
  }

  it('sends everything more than once, with the same id', async () => {
    const numbers = await arrivedWith({ duplicate: 3 }, 2);
    expect(numbers.sort()).toEqual([0, 0, 0, 1, 1, 1]);
    const ids = world.receiver.received.map(({ body }) => (JSON.parse(body.toString()) as { id: string }).id);
    expect(new Set(ids).size).toBe(2);
    for (const { id } of world.sandbox.stripe.events()) {
      expect((await world.stripe.events.retrieve(id)).pending_webhooks).toBe(0);
    }
    expect(
      world.sandbox.stripe
        .deliveries()
        .map(({ attempt }) => attempt)
        .sort(),
    ).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('shuffles, the same way for the same seed', async () => {
    const inOrder = Array.from({ length: 12 }, (_, index) => index);
    const [first, again, other] = [
      await arrivedWith({ shuffle: true, seed: 1 }),
      await arrivedWith({ shuffle: true, seed: 1 }),
      await arrivedWith({ shuffle: true, seed: 2 }),
    ];
    expect(first).not.toEqual(inOrder);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    for (const order of [first, other]) expect([...order].sort((a, b) => a - b)).toEqual(inOrder);
    const repeated = await arrivedWith({ duplicate: 2, shuffle: true, seed: 1 });
    expect(repeated).toHaveLength(24);
    expect(await arrivedWith({ duplicate: 2, shuffle: true, seed: 1 })).toEqual(repeated);
  });

  it('delays, and is waited for', async () => {
    const started = performance.now();
    expect(await arrivedWith({ delayMs: [60, 90] }, 3)).toHaveLength(3);
    expect(performance.now() - started).toBeGreaterThan(55);
  });

  it('loses some, the same ones for the same seed, and tries again until they arrive', async () => {
    const lostAtFirst = async (seed: number) => {
      await arrivedWith({ drop: 0.5, seed }, 20);
      await until(() => new Set(arrived()).size === 20);
      const { stripe: control } = world.sandbox;
      const lost = control.deliveries().filter(({ attempt, error }) => attempt === 1 && error !== null);
      expect(lost[0]).toMatchObject({ error: 'Lost on the way, as was asked for', status: null });
      const order = control.events().map(({ id }) => id);
      return lost.map(({ eventId }) => order.indexOf(eventId)).sort((a, b) => a - b);
    };
    const first = await lostAtFirst(3);
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(17);
    expect(await lostAtFirst(3)).toEqual(first);
    expect(await lostAtFirst(4)).not.toEqual(first);
  });

  it('loses for good what is never retried', async () => {
    expect(await arrivedWith({ drop: 1, dropped: 'never retried' }, 3)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(world.sandbox.stripe.deliveries()).toHaveLength(3);
    const { data } = await world.stripe.events.list({ delivery_success: false });
    expect(data).toHaveLength(3);
    await world.sandbox.stripe.redeliver(String(data[0]?.id));
    expect(arrived()).toEqual([2]);
  });

  it('ends when it is calmed, and leaves alone what is sent by hand', async () => {
    const { stripe: control } = world.sandbox;
    control.disturbWebhooks({ drop: 1, dropped: 'never retried' });
    expect(control.webhookDisturbance()).toMatchObject({ drop: 1 });
    emit(1);
    await control.webhooksIdle();
    control.pauseWebhooks();
    const [held] = emit(1);
    await control.deliverNow(String(held?.id));
    expect(world.receiver.received).toHaveLength(1);
    control.calmWebhooks();
    control.resumeWebhooks();
    emit(1);
    await control.webhooksIdle();
    expect(world.receiver.received).toHaveLength(2);
    for (const wrong of [{ duplicate: 0 }, { drop: 2 }, { delayMs: [5, 1] as [number, number] }]) {
      expect(() => control.disturbWebhooks(wrong)).toThrow(/cannot be disturbed like that/);
    }
  });

  it('does not send twice what was held and then sent by hand, nor anything after the end', async () => {
    const { stripe: control } = world.sandbox;
    control.disturbWebhooks({ delayMs: [40, 40] });
    const [event] = emit(1);
    await control.deliverNow(String(event?.id));
    await control.webhooksIdle();
    expect(arrived()).toEqual([0]);
    control.disturbWebhooks({ delayMs: [10_000, 10_000] });
    emit(1);
    const started = performance.now();
    await world.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(arrived()).toEqual([0]);
    world = await startWorld();
  });
});

describe('mischief by hand', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const page = async () => (await fetch(world.sandbox.url)).text();
  const send = (path: string, fields: Record<string, string> = {}) =>
    fetch(`${world.sandbox.url}/stripe/mischief${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });

  it('disturbs webhooks from the page', async () => {
    const wanted = { duplicate: '2', from: '0', to: '10', drop: '0', dropped: 'retried', shuffle: 'yes', seed: '4' };
    const answer = await send('/webhooks', wanted);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/#mischief']);
    expect(world.sandbox.stripe.webhookDisturbance()).toEqual({
      duplicate: 2,
      shuffle: true,
      delayMs: [0, 10],
      drop: 0,
      dropped: 'retried',
      seed: 4,
    });
    expect(await page()).toContain('Webhooks are disturbed');
    await world.stripe.customers.create({});
    await world.sandbox.stripe.webhooksIdle();
    expect(world.receiver.received).toHaveLength(2);
    const wrong = await send('/webhooks', { ...wanted, drop: '150' });
    expect([wrong.status, (await wrong.text()).includes('role="alert"')]).toEqual([422, true]);
    await send('/webhooks/calm');
    expect(await page()).not.toContain('Webhooks are disturbed');
  });

  it('breaks the API from the page, until it is removed', async () => {
    const trouble = {
      trouble: 'serverError',
      times: 'Infinity',
      method: 'POST',
      path: '/v1/customers',
      layer: 'network',
    };
    expect((await send('/api', trouble)).status).toBe(303);
    expect((await refusal(world.stripe.customers.create({}))).statusCode).toBe(500);
    await world.stripe.customers.list();
    const [active] = world.sandbox.stripe.interceptions();
    expect(active).toMatchObject({ name: '500', left: Infinity, target: { path: '/v1/customers' } });
    expect(await page()).toContain(`action="/stripe/mischief/api/${active?.id}/remove"`);
    await send(`/api/${active?.id}/remove`);
    await world.stripe.customers.create({});
    expect((await send('/api', { ...trouble, trouble: 'none' })).status).toBe(422);
  });
});
