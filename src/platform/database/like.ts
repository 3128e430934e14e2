import type { Prisma } from './generated/client.js';

/**
 * A text as LIKE finds it and nothing else: what somebody typed must not act as a wildcard. Prisma hands `contains` and `startsWith` on as
 * they are, so they need it too.
 */
export function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** Anywhere in the text, in any case; every row when nothing is searched for. */
export function containing(search: string | undefined): Prisma.StringFilter | undefined {
  return search === undefined ? undefined : { contains: literal(search), mode: 'insensitive' };
}

/** The same for ILIKE in SQL of one's own. */
export function containingPattern(search: string): string {
  return `%${literal(search)}%`;
}
