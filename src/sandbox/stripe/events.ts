import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noSuch } from './errors.js';
import { createdFilter, listRoute } from './lists.js';
import { flag, listOf, text, type ShapeOf } from './params.js';
import { route } from './routes.js';

/** Events can be read for 30 days. */
const readableForSeconds = 30 * 24 * 60 * 60;

const filters = {
  ...createdFilter,
  delivery_success: flag(),
  type: text(),
  types: listOf(text()),
} satisfies Omit<ShapeOf<Stripe.EventListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const eventRoutes = [
  route({
    method: 'GET',
    path: '/v1/events/:id',
    answers: 'event',
    params: {},
    handle({ account, id }) {
      const event = readable(account).find((candidate) => candidate.id === id);
      if (!event) throw noSuch('event', id, 'id', 404);
      return event;
    },
  }),
  listRoute({
    path: '/v1/events',
    object: 'event',
    filters,
    from: readable,
    keep(event, { type, types, delivery_success: delivered }) {
      const wanted = [...(type === undefined ? [] : [type]), ...(types ?? [])];
      if (wanted.length > 0 && !wanted.some((pattern) => matchesType(event.type, pattern))) return false;
      return delivered === undefined || delivered === (event.pending_webhooks === 0);
    },
  }),
];

/** `*`, a type, or a family such as `charge.*`. */
export function matchesType(type: string, pattern: string): boolean {
  return pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
}

function readable(account: Account): Stripe.Event[] {
  const oldest = account.now() - readableForSeconds;
  return account.store.events.newestFirst().filter((event) => event.created >= oldest);
}
