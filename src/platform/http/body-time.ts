import type { NextFunction, Request, Response } from 'express';
import { isUpload } from './body-check.js';

/** What an ordinary body may take, which is Node's own limit for all of them. */
const BODY_MS = 300_000;
/** A large file over a thin line takes hours; it is only not to stand still. */
const STANDSTILL_MS = 60_000;
/** A sender that has been refused is listened to for so long, so that it hears why. */
const LINGER_MS = 10_000;

/** Ends requests whose body does not come, and those that go on sending what nobody reads. */
export function limitBodyTime(request: Request, response: Response, next: NextFunction): void {
  if (isUpload(request)) {
    // Destroys the connection, as nobody listens for it.
    request.setTimeout(STANDSTILL_MS);
    response.once('finish', () => {
      request.resume();
      endIn(LINGER_MS, request);
    });
  } else if (hasBody(request)) endIn(BODY_MS, request);
  next();
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function endIn(milliseconds: number, request: Request): void {
  if (request.complete) return;
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, milliseconds).unref();
  request.once('close', () => clearTimeout(timer));
}
