import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.js';

export const secretKey = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';
export const webhookSecret = 'whsec_test_secret';

export interface Received {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Statuses for the next deliveries; 200 when it is empty. `null` never answers. */
  answers: (number | null)[];
  close(): Promise<void>;
}

/** A webhook endpoint on a real port, as an application would have one. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: (number | null)[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      received.push({ headers: req.headers, body: Buffer.concat(chunks) });
      const status = answers.length > 0 ? answers.shift() : 200;
      if (typeof status !== 'number') return;
      res.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end('noted');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/webhooks`, received, answers, close };
}

/** A clock that stands still until it is moved. */
export class TestClock {
  private milliseconds = Date.parse('2026-11-20T10:00:00Z');
  readonly now = () => new Date(this.milliseconds);

  get seconds(): number {
    return this.milliseconds / 1000;
  }

  advance(seconds: number): void {
    this.milliseconds += seconds * 1000;
  }
}

export interface World {
  sandbox: Sandbox;
  stripe: Stripe;
  receiver: Receiver;
  clock: TestClock;
  close(): Promise<void>;
}

export async function startWorld(
  options: Partial<Omit<SandboxOptions, 'stripe'>> & { stripe?: Partial<SandboxOptions['stripe']> } = {},
): Promise<World> {
  const receiver = await startReceiver();
  const clock = new TestClock();
  const sandbox = await startSandbox({
    port: 0,
    now: clock.now,
    retryDelays: [20, 20, 20],
    ...options,
    stripe: {
      secretKey,
      publishableKey: 'pk_test_public',
      webhooks: [{ url: receiver.url, secret: webhookSecret }],
      ...options.stripe,
    },
  });
  const world: World = {
    ...{ sandbox, stripe: sdk(sandbox), receiver, clock },
    // Whichever it is by then: a test may have started it again.
    close: async () => {
      await world.sandbox.close();
      await receiver.close();
    },
  };
  return world;
}

/** The official SDK, unchanged but for the address. */
export function sdk(sandbox: Sandbox, config: { maxNetworkRetries?: number; key?: string } = {}): Stripe {
  const { maxNetworkRetries = 0, key = secretKey } = config;
  return new Stripe(key, { host: '127.0.0.1', port: sandbox.port, protocol: 'http', maxNetworkRetries });
}

export function basket(amount = 4900, currency = 'usd'): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    success_url: 'https://shop.example/thanks?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example/basket',
    line_items: [{ quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: 'Algebra I' } } }],
  };
}

/** The error that a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call was expected to be refused.');
}

export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not happen within 5 s.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function eventTypes(sandbox: Sandbox): string[] {
  return sandbox.stripe.events().map(({ type }) => type);
}

/** A raw request, for what the SDK would not send. */
export function raw(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${secretKey}`, ...(init.headers as Record<string, string>) };
  return fetch(`${sandbox.url}${path}`, { redirect: 'manual', ...init, headers });
}
