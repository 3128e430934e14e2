import type { ApiRequest } from './request-log.js';

/** What the API answers. `cut` breaks the connection instead of answering. */
export interface Answer {
  status: number;
  body: object;
  headers?: Record<string, string>;
  cut?: boolean;
}

/**
 * Stands around an API call. `proceed` does the real work and gives the answer that would be sent; a handler that does
 * not call it keeps the work from happening.
 */
export type Mischief = (request: ApiRequest, proceed: () => Promise<Answer>) => Answer | Promise<Answer>;

export interface InterceptTarget {
  method?: string;
  /** The whole path, or a pattern. */
  path?: string | RegExp;
  /** How many calls are hit before the mischief ends by itself: 1 unless told; `Infinity` until removed. */
  times?: number;
  /**
   * `network` (usual): between the caller and Stripe, so nothing of it is kept for the idempotency key. `endpoint`:
   * inside Stripe, so an error is kept and replayed and a slow call makes a second one with its key answer 409.
   */
  layer?: 'network' | 'endpoint';
}

interface Trap {
  target: InterceptTarget;
  left: number;
  handler: Mischief;
}

export class Mischiefs {
  private readonly traps = new Set<Trap>();

  /** Returns what removes it. */
  add(target: InterceptTarget, handler: Mischief): () => void {
    const trap = { target, left: target.times ?? 1, handler };
    this.traps.add(trap);
    return () => this.traps.delete(trap);
  }

  async around(layer: 'network' | 'endpoint', request: ApiRequest, work: () => Promise<Answer>): Promise<Answer> {
    const trap = [...this.traps].find(({ target }) => (target.layer ?? 'network') === layer && hits(target, request));
    if (!trap) return work();
    trap.left -= 1;
    if (trap.left <= 0) this.traps.delete(trap);
    return trap.handler(request, work);
  }
}

function hits({ method, path }: InterceptTarget, request: ApiRequest): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  return path === undefined || (typeof path === 'string' ? path === request.path : path.test(request.path));
}

/** Answers this instead of doing the work. */
export function answerWith(status: number, body: object, headers: Record<string, string> = {}): Mischief {
  return () => ({ status, body, headers });
}

/** Breaks the connection before the work is done, or after it was done and before the caller hears of it. */
export function cutConnection(when: 'before' | 'after'): Mischief {
  return async (_, proceed) => {
    if (when === 'after') await proceed();
    return { status: 0, body: {}, cut: true };
  };
}

export function delayBy(milliseconds: number): Mischief {
  return async (_, proceed) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return proceed();
  };
}

/** Holds the call before or after its effect; `arrived` tells when the call has got there. */
export function hold(when: 'before' | 'after'): { handler: Mischief; arrived: Promise<void>; release(): void } {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const handler: Mischief = async (_, proceed) => {
    const done = when === 'after' ? await proceed() : undefined;
    arrived.resolve();
    await gate.promise;
    return done ?? proceed();
  };
  return { handler, arrived: arrived.promise, release: () => gate.resolve() };
}
