import type Stripe from 'stripe';
import type { Account } from './account.js';
import { invalidRequest, noSuch } from './errors.js';
import { integer, range, text, type ParamsOf, type Range, type Shape } from './params.js';
import { route, type Route } from './routes.js';

/** What every list takes. */
export const paging = { limit: integer({ min: 1, max: 100 }), starting_after: text(), ending_before: text() };
type Paging = ParamsOf<typeof paging>;

/** The filter that nearly every list has. */
export const createdFilter = { created: range() };

/** Declares a list: newest first, ten at a time unless told otherwise, filtered, with cursors. */
export function listRoute<T extends { id: string; created: number }, S extends Shape>(spec: {
  path: string;
  object: string;
  /** As in "No such customer: 'cus_…'". */
  noun?: string;
  filters: S;
  /** Refuses what cannot be asked. */
  check?(filters: ParamsOf<S>, account: Account): void;
  from(account: Account): T[];
  keep?(item: T, filters: ParamsOf<S>, account: Account): boolean;
}): Route {
  return route({
    method: 'GET',
    path: spec.path,
    answers: `list<${spec.object}>`,
    params: { ...spec.filters, ...paging },
    handle({ account, params }) {
      const filters = params as unknown as ParamsOf<S> & { created?: Range } & Paging;
      spec.check?.(filters, account);
      const keep = (item: T) =>
        isInRange(item.created, filters.created) && (spec.keep?.(item, filters, account) ?? true);
      return page(spec.from(account), filters, keep, spec.path, spec.noun ?? spec.object);
    },
  });
}

/** One page of what is in order already. A cursor may name any item, also one that the filter leaves out. */
export function page<T extends { id: string }>(
  items: T[],
  { limit = 10, starting_after: after, ending_before: before }: Paging,
  keep: (item: T) => boolean,
  url: string,
  noun: string,
): Stripe.ApiList<T> {
  if (after !== undefined && before !== undefined) {
    throw invalidRequest('Received both starting_after and ending_before parameters. Please pass in only one.');
  }
  if (before !== undefined) {
    const earlier = items.slice(0, cursor(items, before, 'ending_before', noun)).filter(keep);
    return { object: 'list', data: earlier.slice(-limit), has_more: earlier.length > limit, url };
  }
  const start = after === undefined ? 0 : cursor(items, after, 'starting_after', noun) + 1;
  const later = items.slice(start).filter(keep);
  return { object: 'list', data: later.slice(0, limit), has_more: later.length > limit, url };
}

function cursor(items: { id: string }[], id: string, param: string, noun: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index === -1) throw noSuch(noun, id, param, 400);
  return index;
}

export function isInRange(value: number, wanted: Range | undefined): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return value === wanted;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
  return value > gt && value >= gte && value < lt && value <= lte;
}
