import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  paymobDefaults,
  paymobHmacOf,
  paymobSignedValues,
  startSandbox,
  type PaymobIntention,
  type PaymobStandIn,
  type PaymobTransaction,
  type Sandbox,
} from '../../src/sandbox/index.js';
import { TestClock } from './support.js';

export const { secretKey, apiKey, hmacSecret } = paymobDefaults;
export const [integration = 0] = paymobDefaults.integrationIds;

interface Callback {
  url: URL;
  body: { type: string; obj: PaymobTransaction; issuer_bank: null; transaction_processed_callback_responses: string };
}

export interface School {
  /** Where callbacks go. */
  url: string;
  callbacks: Callback[];
  /** What was told, in short: `pending`, `success`, `declined`, `refund success`, `success refunded 500` … */
  told(): string[];
  close(): Promise<void>;
}

/** The merchant's server: takes every callback. */
async function startSchool(): Promise<School> {
  const callbacks: Callback[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Callback['body'];
      callbacks.push({ url: new URL(req.url ?? '', 'http://school'), body });
      res.end('noted');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const told = () => callbacks.map(({ body }) => inShort(body.obj));
  return { url: `http://127.0.0.1:${port}/paymob?school=7`, callbacks, told, close };
}

export function inShort(transaction: PaymobTransaction): string {
  const { is_refund: isRefund, is_void: isVoid, refunded_amount_cents: refunded } = transaction;
  const kind = isRefund ? 'refund ' : isVoid ? 'void ' : '';
  const status = transaction.success ? 'success' : transaction.pending ? 'pending' : 'declined';
  return `${kind}${status}${refunded === null ? '' : ` refunded ${refunded}`}${transaction.is_voided ? ' voided' : ''}`;
}

export interface World {
  sandbox: Sandbox;
  paymob: PaymobStandIn;
  school: School;
  clock: TestClock;
  close(): Promise<void>;
}

export async function startPaymob(stateFile?: string): Promise<World> {
  const school = await startSchool();
  const clock = new TestClock();
  const stripe = { secretKey: 'sk_test_x', webhooks: [] };
  const sandbox = await startSandbox({ port: 0, now: clock.now, stateFile, stripe });
  const close = async () => {
    await sandbox.close();
    await school.close();
  };
  return { sandbox, paymob: sandbox.paymob, school, clock, close };
}

export interface Answered {
  status: number;
  body: Record<string, unknown>;
}

/** One call of the API; with the secret key unless told. */
export async function call(
  { sandbox }: World,
  method: string,
  path: string,
  body?: unknown,
  authorization = `Token ${secretKey}`,
): Promise<Answered> {
  const headers = { authorization, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await fetch(`${sandbox.url}/paymob${path}`, { method, headers, ...sent });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

export const billing = {
  first_name: 'Amina',
  last_name: 'Saleh',
  email: 'amina@example.com',
  phone_number: '+201001234567',
};

export function order(world: World, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    amount: 150_050,
    currency: 'EGP',
    payment_methods: [integration],
    items: [{ name: 'Algebra I', amount: 150_050, description: 'A course', quantity: 1 }],
    billing_data: billing,
    special_reference: 'payment-1',
    extras: { payment: 'payment-1' },
    notification_url: world.school.url,
    redirection_url: 'https://school.example/back?lang=ar#paid',
    ...changes,
  };
}

export async function intend(world: World, changes: Record<string, unknown> = {}): Promise<PaymobIntention> {
  const { status, body } = await call(world, 'POST', '/v1/intention/', order(world, changes));
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as unknown as PaymobIntention;
}

export async function bearer(world: World): Promise<string> {
  const { body } = await call(world, 'POST', '/api/auth/tokens', { api_key: apiKey }, '');
  return `Bearer ${String(body.token)}`;
}

export const refundCall = (world: World, transactionId: unknown, amount?: unknown): Promise<Answered> =>
  call(world, 'POST', '/api/acceptance/void_refund/refund', { transaction_id: transactionId, amount_cents: amount });

export const voidCall = (world: World, transactionId: unknown): Promise<Answered> =>
  call(world, 'POST', '/api/acceptance/void_refund/void', { transaction_id: transactionId });

/** Whether a callback's signature is that of its body. */
export function isSigned({ url, body }: Callback): boolean {
  return url.searchParams.get('hmac') === paymobHmacOf(paymobSignedValues(body.obj), hmacSecret);
}
