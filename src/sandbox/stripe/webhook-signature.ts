import { createHmac } from 'node:crypto';

/**
 * `t=…,v1=…` with one v1 for every secret that is valid, so that a secret can be rolled. The key is the whole secret
 * as text, `whsec_` included.
 */
export function signatureHeader(body: string, secrets: string[], unixSeconds: number): string {
  const signatures = secrets.map((secret) => {
    const digest = createHmac('sha256', secret).update(`${unixSeconds}.${body}`, 'utf8').digest('hex');
    return `v1=${digest}`;
  });
  return [`t=${unixSeconds}`, ...signatures].join(',');
}

/** Sent with every webhook, besides the signature. */
export const webhookHeaders = {
  accept: '*/*; q=0.5, application/xml',
  'accept-encoding': 'gzip',
  'cache-control': 'no-cache',
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
};
