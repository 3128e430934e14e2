import { chance } from './chance.js';
import type { ApiCall } from './request-log.js';

/** What the API answers. `cut` breaks the connection instead of answering. */
export interface Answer {
  status: number;
  body: object;
  headers?: Record<string, string>;
  cut?: boolean;
}

/**
 * Stands around an API call. `proceed` does the real work and gives the answer that would be sent; a handler that does
 * not call it keeps the work from happening. `gone` resolves when the caller has hung up.
 */
export type Mischief = (
  request: ApiCall,
  proceed: () => Promise<Answer>,
  gone: Promise<void>,
) => Answer | Promise<Answer>;

export interface InterceptTarget {
  method?: string;
  /** The whole path, or a pattern. */
  path?: string | RegExp;
  /** How many calls are hit before the mischief ends by itself: 1 unless told; `Infinity` until removed. */
  times?: number;
  /** Hits this share of the calls only, from 0 to 1; which of them, the seed decides. */
  share?: number;
  seed?: number;
  /**
   * `network` (usual): between the caller and the provider, so nothing of it is kept for an idempotency key. `endpoint`:
   * inside the provider, where it has such keys, so an error is kept and replayed and a slow call makes a second one with its key answer 409.
   */
  layer?: 'network' | 'endpoint';
}

interface Trap {
  id: string;
  name: string;
  target: InterceptTarget;
  left: number;
  seen: number;
  handler: Mischief;
}

export class Mischiefs {
  private readonly traps = new Set<Trap>();
  private count = 0;

  /** Returns what removes it. */
  add(target: InterceptTarget, handler: Mischief, name = 'Mischief'): () => void {
    const trap = { id: String(++this.count), name, target, left: target.times ?? 1, seen: 0, handler };
    this.traps.add(trap);
    return () => this.traps.delete(trap);
  }

  /** What waits for its next call. */
  waiting(): Pick<Trap, 'id' | 'name' | 'target' | 'left'>[] {
    return [...this.traps];
  }

  /** Removes one, or all of them. */
  remove(id?: string): void {
    for (const trap of this.traps) if (id === undefined || trap.id === id) this.traps.delete(trap);
  }

  async around(
    layer: 'network' | 'endpoint',
    request: ApiCall,
    work: () => Promise<Answer>,
    gone: Promise<void>,
  ): Promise<Answer> {
    const trap = [...this.traps].find(({ target }) => (target.layer ?? 'network') === layer && hits(target, request));
    if (!trap) return work();
    trap.seen += 1;
    const { share = 1, seed = 0 } = trap.target;
    if (chance(seed, trap.seen) >= share) return work();
    trap.left -= 1;
    if (trap.left <= 0) this.traps.delete(trap);
    return trap.handler(request, work, gone);
  }
}

function hits({ method, path }: InterceptTarget, request: ApiCall): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  return path === undefined || (typeof path === 'string' ? path === request.path : path.test(request.path));
}
