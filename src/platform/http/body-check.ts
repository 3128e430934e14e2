import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { DomainError, Problems } from '../errors/index.js';

const DEEPEST = 32;
const LARGEST = 100 * 1024;
/** Of all objects and lists together: each may be answered with several lines, and checking them keeps everybody else waiting. */
const MOST_FIELDS = 2_000;
/** A whole course: as many lectures as it may have, with all that can be said of each. */
const UPLOAD = /^\/api\/courses\/upload\/?$/;
const MOST_FIELDS_OF_UPLOAD = 200_000;
/** Providers' events may be larger than what our own clients send, and refusing one would lose it. */
const WEBHOOKS = /^\/api\/(payments\/|finance\/)?webhooks\//;

/** Names that mean something to JavaScript itself: they would be dropped on the way, without a word. */
const MAGIC = new Set(['__proto__', 'constructor', 'prototype']);

/** What the parser itself takes at most; only webhooks and whole courses may use all of it. */
export const LARGEST_WEBHOOK = '1mb';

const UPLOADS = /^\/api\/courses\/[^/]+\/modules\/[^/]+\/lectures\/[^/]+\/content\/?$/i;

/** The body is a file, which is streamed to where it is kept: no parser may touch it, whatever it says it is. */
export function isUpload({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && UPLOADS.test(url?.split('?')[0] ?? '');
}

/** For the parser of a type: what is not for somebody else. */
export function parses(mediaType: string): (request: IncomingMessage) => boolean {
  return (request) => mediaTypeOf(request) === mediaType && !isUpload(request);
}

function mediaTypeOf({ headers }: IncomingMessage): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}

/** A month of a provider's account, as its portal saves it. */
export const LARGEST_STATEMENT = '8mb';
const STATEMENTS = '/api/finance/reconciliation/statements';

/** Files are taken there alone, and as they are. */
export function isStatement(request: IncomingMessage): boolean {
  return request.url?.split('?')[0] === STATEMENTS && mediaTypeOf(request) === 'text/csv';
}

/**
 * Refuses bodies that are too large, nested so deep that walking them would exhaust the stack, of more fields than any request has, or whose
 * texts no database can hold (U+0000, half a surrogate pair).
 */
export function checkBody(request: Request & { rawBody?: Buffer }, _response: Response, next: NextFunction): void {
  // A file is no object with a field for each of its bytes.
  const file = isStatement(request);
  const webhook = file || WEBHOOKS.test(request.path);
  const upload = UPLOAD.test(request.path);
  if (!webhook && !upload && (request.rawBody?.length ?? 0) > LARGEST) next(new DomainError(Problems.tooLarge));
  else next(webhook ? undefined : flawOf(request.body, upload ? MOST_FIELDS_OF_UPLOAD : MOST_FIELDS));
}

function flawOf(body: unknown, most: number): DomainError | undefined {
  const open: [value: unknown, depth: number][] = [[body, 0]];
  let fields = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (depth > DEEPEST) return new DomainError(Problems.malformed, `The body is nested deeper than ${DEEPEST} levels`);
    if (typeof value === 'string' && !isStorable(value))
      return new DomainError(Problems.malformed, 'A text holds characters that are none');
    if (typeof value !== 'object' || value === null) continue;
    const names = Object.keys(value);
    fields += names.length;
    if (fields > most)
      return new DomainError(Problems.malformed, `The body has more than ${most} fields and list entries`);
    const magic = names.find((key) => MAGIC.has(key));
    if (magic) return new DomainError(Problems.malformed, `A field cannot be named ${magic}`);
    for (const [key, inner] of Object.entries(value)) open.push([key, depth], [inner, depth + 1]);
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
