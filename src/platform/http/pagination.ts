import { Flag, Whole } from './fields.js';

/** `?page=1&limit=20` */
export class PageQuery {
  @Whole({ description: 'Which page, from 1', optional: true, query: true, min: 1, max: 1_000_000, default: 1 })
  page: number = 1;

  @Whole({ description: 'Rows a page, at most 100', optional: true, query: true, min: 1, max: 100, default: 20 })
  limit: number = 20;
}

export class Pagination {
  @Whole({ description: 'Which page this is, from 1' })
  page: number;

  @Whole({ description: 'Rows a page' })
  limit: number;

  @Whole({ description: 'Rows in all pages; at least as many where `totalIsLowerBound`' })
  total: number;

  @Whole({ description: 'Pages in all; at least as many where `totalIsLowerBound`' })
  pages: number;

  @Flag({
    description: 'There when there are more rows than were counted (10,000): `total` and `pages` say how many at least',
    optional: true,
  })
  totalIsLowerBound?: true;
}

export interface Page<T> {
  data: T[];
  pagination: Pagination;
}

/** How many rows to skip and to take. */
export function window(query: PageQuery): { skip: number; take: number } {
  return { skip: (query.page - 1) * query.limit, take: query.limit };
}

export function toPage<T>(data: T[], total: number, query: PageQuery): Page<T> {
  return { data, pagination: { page: query.page, limit: query.limit, total, pages: Math.ceil(total / query.limit) } };
}

/** The most rows of a list that are counted: counting takes as long as there are rows. */
export const MOST_COUNTED = 10_000;

/** A page of a list that is counted no further than that. @param counted how many there are, of which all above `MOST_COUNTED` are the same */
export function toCountedPage<T>(data: T[], counted: number, query: PageQuery): Page<T> {
  if (counted <= MOST_COUNTED) return toPage(data, counted, query);
  const { pagination } = toPage(data, MOST_COUNTED, query);
  return { data, pagination: { ...pagination, totalIsLowerBound: true } };
}

/** A page of a long log. `found` was asked for one row more than the page has; that one only tells that there is a next page. */
export function toCursorPage<T>(
  found: T[],
  limit: number,
  cursorOf: (last: T) => string,
): { data: T[]; nextCursor: string | null } {
  const data = found.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: last !== undefined && found.length > limit ? cursorOf(last) : null };
}
