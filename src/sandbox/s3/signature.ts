import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface S3Keys {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

const ALLOWED_SKEW_MS = 15 * 60_000;

/** Signature version 4 of a request, as S3 checks it; answers the code of its refusal, or nothing. */
export function refusalOf(request: IncomingMessage, keys: S3Keys, now: Date): string | undefined {
  const { authorization = '', 'x-amz-date': date, 'x-amz-content-sha256': payload } = request.headers;
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    authorization,
  );
  if (!parts || typeof date !== 'string' || typeof payload !== 'string') return 'AccessDenied';
  const [, credential = '', signedHeaders = '', signature = ''] = parts;
  const [accessKeyId, day, region, service, end] = credential.split('/');
  if (accessKeyId !== keys.accessKeyId) return 'InvalidAccessKeyId';
  if (region !== keys.region || service !== 's3' || end !== 'aws4_request' || day !== date.slice(0, 8))
    return 'AuthorizationHeaderMalformed';
  if (Math.abs(now.getTime() - toDate(date).getTime()) > ALLOWED_SKEW_MS) return 'RequestTimeTooSkewed';
  const names = signedHeaders.split(';');
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => names.includes(name))) return 'AccessDenied';
  const expected = sign(request, { keys, date, names, payload, scope: credential.slice(accessKeyId.length + 1) });
  return timingSafeEqual(Buffer.from(expected), Buffer.from(signature)) ? undefined : 'SignatureDoesNotMatch';
}

interface Signed {
  keys: S3Keys;
  /** `20260131T120000Z` */
  date: string;
  /** Headers that are signed, in order. */
  names: string[];
  /** Hash of the body, or the word that it has none. */
  payload: string;
  scope: string;
}

function sign(request: IncomingMessage, { keys, date, names, payload, scope }: Signed): string {
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const headers = names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [request.method, path, query, headers, names.join(';'), payload].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [date.slice(0, 8), keys.region, 's3', 'aws4_request'].reduce<Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    Buffer.from(`AWS4${keys.secretAccessKey}`),
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

function toDate(compact: string): Date {
  return new Date(compact.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
