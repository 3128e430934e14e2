import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request id comes from a proxy only in a shape that cannot forge log lines. */
const ACCEPTABLE_ID = /^[\w-]{8,64}$/;

/** The id under which our logs know the request, which the answer carries as X-Request-Id. */
export function giveRequestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && ACCEPTABLE_ID.test(given) ? given : randomUUID();
  if (!response.headersSent) response.setHeader('X-Request-Id', id);
  return id;
}
