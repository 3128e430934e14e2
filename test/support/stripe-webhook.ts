import Stripe from 'stripe';
import { webhookBody } from '../../src/sandbox/stripe/webhook-body.js';

export const SECRET = 'whsec_of_the_tests';

const signer = new Stripe('sk_test_unused').webhooks;

interface Envelope {
  api_version?: string;
  previous_attributes?: object | null;
  [other: string]: unknown;
}

let number = 0;

/** An object in the envelope of an event. */
export function eventAbout(
  type: string,
  object: object,
  { previous_attributes, ...others }: Envelope = {},
): { id: string; type: string } {
  return {
    id: `evt_of_the_test_${Date.now()}_${(number += 1)}`,
    object: 'event',
    api_version: '2026-08-26.dahlia',
    created: Math.floor(Date.now() / 1000),
    data: { object, ...(previous_attributes !== undefined && { previous_attributes }) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    ...others,
  } as { id: string; type: string };
}

/** What Stripe would send: these very bytes. */
export const bytesOf = (event: object): string => webhookBody(event);

export function signatureOf(payload: string, secret = SECRET, timestamp = Math.floor(Date.now() / 1000)): string {
  return signer.generateTestHeaderString({ payload, secret, timestamp });
}

/** Posts bytes to the webhook's address; signed, unless another header is told. */
export async function deliver(
  { url }: { url: string },
  event: object | string,
  headers: Record<string, string> = {},
): Promise<number> {
  const payload = typeof event === 'string' ? event : bytesOf(event);
  const answer = await fetch(`${url}/api/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': signatureOf(payload),
      ...headers,
    },
    body: payload,
    // Stripe does not wait for ever either.
    signal: AbortSignal.timeout(15_000),
  });
  await answer.arrayBuffer();
  return answer.status;
}
