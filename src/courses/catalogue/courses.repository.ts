import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { type CourseLevel, type CourseStatus, Database, Prisma } from '../../platform/database/index.js';
import { invalid } from '../../platform/errors/index.js';
import { MOST_COUNTED, window } from '../../platform/http/index.js';
import { matching, relevance } from './keyword.js';
import type { MarketplaceQuery } from './marketplace.dto.js';

/** A course as lists read it. */
export interface CourseRow {
  id: string;
  title: string;
  shortDescription: string;
  thumbnail: string | null;
  level: CourseLevel;
  category: string;
  duration: number;
  isPremium: boolean;
  price: bigint;
  currency: string;
  /** The prices besides the default one, by currency. */
  prices: { currency: string; amount: number | bigint }[];
  status: CourseStatus;
  enrollmentCount: number;
  /** Average in hundredths. */
  rating: number;
  ratingCount: number;
  instructor: { id: string; name: string; profilePicture: string | null };
  publishedAt: Date | null;
  createdAt: Date;
}

/** Some of the courses, each once, with what it costs. */
interface Source {
  readonly from: Prisma.Sql;
  readonly price: Prisma.Sql;
}

/** A list, in order. */
interface Listing {
  /** What it is made of, no course twice. */
  readonly sources: readonly (Source & { readonly conditions: readonly Prisma.Sql[] })[];
  readonly key: (source: Source) => Prisma.Sql;
  /** For what is too much to be looked through; a number where the other is one. */
  readonly keyOfMany: (source: Source) => Prisma.Sql;
  readonly direction: Prisma.Sql;
  /** Conditions of the keyword. */
  readonly words: readonly Prisma.Sql[];
}

const { sql } = Prisma;
const ascending = sql`ASC`;
const descending = sql`DESC`;
const byPrice = ({ price }: Source) => price;

type Order = { readonly key: (source: Source) => Prisma.Sql; readonly direction: Prisma.Sql };
type Sort = NonNullable<MarketplaceQuery['sort']>;
const orders = {
  newest: { key: () => sql`c.published_at`, direction: descending },
  price: { key: byPrice, direction: ascending },
  price_desc: { key: byPrice, direction: descending },
  popular: { key: () => sql`c.enrollment_count`, direction: descending },
  title: { key: () => sql`c.title COLLATE natural_order`, direction: ascending },
  rating: { key: () => sql`c.rating`, direction: descending },
} as const satisfies Record<Exclude<Sort, 'relevance'>, Order>;

/** Lists of courses, each in one statement: a page of rows with all that they show, and how many there are. */
@Injectable()
export class CoursesRepository {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /**
   * @param scopes conditions on `c`, a course, of which each that the caller may see meets exactly one
   * @returns the page, and how many there are, of which all above `MOST_COUNTED` are the same
   */
  async page(scopes: readonly Prisma.Sql[], query: MarketplaceQuery): Promise<{ rows: CourseRow[]; counted: number }> {
    const listing: Listing = {
      ...order(query),
      sources: this.sources(query).flatMap((source) =>
        scopes.map((scope) => ({ ...source, conditions: [scope, ...filters(query, source)] })),
      ),
      words: query.keyword ? matching(query.keyword) : [],
    };
    const { direction } = listing;
    const rows = await this.database.rows<CourseRow & { counted: number }>(sql`
      WITH counted AS MATERIALIZED (SELECT ${count(listing)} AS n)
      SELECT counted.n AS counted, c.id, c.title, c.short_description AS "shortDescription", c.thumbnail, c.level, c.category, c.duration,
        c.is_premium AS "isPremium", c.price, c.currency, c.status, c.enrollment_count AS "enrollmentCount",
        c.rating, c.rating_count AS "ratingCount", c.published_at AS "publishedAt", c.created_at AS "createdAt",
        json_build_object('id', u.id, 'name', u.name, 'profilePicture', u.profile_picture) AS instructor,
        (SELECT coalesce(json_agg(json_build_object('currency', p.currency, 'amount', p.amount) ORDER BY p.currency), '[]')
         FROM course_prices p WHERE p.course_id = c.id) AS prices
      FROM counted LEFT JOIN (
        SELECT * FROM (${few(listing, query)}) AS few WHERE (SELECT n FROM counted) <= ${MOST_COUNTED}
        UNION ALL
        SELECT * FROM (${many(listing, query)}) AS many WHERE (SELECT n FROM counted) > ${MOST_COUNTED}) AS page
        JOIN courses c ON c.id = page.id JOIN users u ON u.id = c.instructor_id ON true
      ORDER BY page.key ${direction}, page.id ${direction}`);
    // A page without rows still tells how many there are.
    return { rows: rows.filter(({ id }) => id !== null), counted: rows[0]?.counted ?? 0 };
  }

  /**
   * Where there is a currency, what can be had in it: by its default price, by its price list, or for nothing. Amounts of different
   * currencies cannot be compared, so prices are asked for in one: the one named, else the first that is offered.
   */
  private sources({ currency: named, minPrice, maxPrice, sort }: MarketplaceQuery): Source[] {
    const asksPrice = minPrice !== undefined || maxPrice !== undefined || sort === 'price' || sort === 'price_desc';
    const currency = named ?? (asksPrice ? this.settings.CURRENCIES[0] : undefined);
    if (currency === undefined) return [{ from: sql`courses c`, price: sql`c.price` }];
    return [
      { from: sql`(SELECT * FROM courses WHERE currency = ${currency} AND price > 0) AS c`, price: sql`c.price` },
      { from: sql`(SELECT * FROM courses WHERE NOT is_premium) AS c`, price: sql`0::bigint` },
      // Last, as a join is what takes longest to count.
      {
        from: sql`(SELECT * FROM course_prices WHERE currency = ${currency}) AS p JOIN courses c ON c.id = p.course_id`,
        price: sql`p.amount`,
      },
    ];
  }
}

/** How many there are, but no more than that there are more than are counted: the sources are read only until there are. */
function count({ sources, words }: Listing): Prisma.Sql {
  const parts = sources.map(({ from, conditions }) => sql`SELECT FROM ${from} WHERE ${all([...conditions, ...words])}`);
  return sql`(SELECT count(*)::int FROM (${Prisma.join(parts, ' UNION ALL ')} LIMIT ${MOST_COUNTED + 1}) AS found)`;
}

/**
 * A page of what is counted whole: found by whatever index finds it best, and then put in order. OFFSET 0 keeps the two apart, as a walk in
 * order would read nearly all courses for a few.
 */
function few({ sources, words, key, direction }: Listing, query: MarketplaceQuery): Prisma.Sql {
  const parts = sources.map(
    (source) =>
      sql`(SELECT c.id, ${key(source)} AS key FROM ${source.from} WHERE ${all([...source.conditions, ...words])} OFFSET 0)`,
  );
  return pageOf(parts, direction, query);
}

/**
 * A page of what is more than is counted: what it is ordered by is read in order, and soon has as many as are wanted. Not so by words, of
 * which the index tells all or none: IS TRUE keeps it out.
 */
function many({ sources, words, keyOfMany, direction }: Listing, query: MarketplaceQuery): Prisma.Sql {
  const { skip, take } = window(query);
  const unindexed = words.map((word) => sql`(${word}) IS TRUE`);
  const parts = sources.map(
    (
      source,
    ) => sql`(SELECT c.id, ${keyOfMany(source)} AS key FROM ${source.from} WHERE ${all([...source.conditions, ...unindexed])}
      ORDER BY key ${direction}, id ${direction} LIMIT ${skip + take})`,
  );
  return pageOf(parts, direction, query);
}

function pageOf(parts: readonly Prisma.Sql[], direction: Prisma.Sql, query: MarketplaceQuery): Prisma.Sql {
  const { skip, take } = window(query);
  return sql`SELECT id, key FROM (${Prisma.join([...parts], ' UNION ALL ')}) AS parts
    ORDER BY key ${direction}, id ${direction} LIMIT ${take} OFFSET ${skip}`;
}

/** @throws invalid for relevance to nothing */
function order({ sort = 'newest', keyword }: MarketplaceQuery): Pick<Listing, 'key' | 'keyOfMany' | 'direction'> {
  if (sort !== 'relevance') return { ...orders[sort], keyOfMany: orders[sort].key };
  if (!keyword) throw invalid('query/sort', 'what has no keyword has no order by relevance');
  const key = relevance(keyword);
  return { key: () => key, keyOfMany: () => sql`c.enrollment_count`, direction: descending };
}

const all = (conditions: readonly Prisma.Sql[]): Prisma.Sql => Prisma.join([...conditions], ' AND ');

function filters(query: MarketplaceQuery, { price }: Source): Prisma.Sql[] {
  const { category, level, minPrice, maxPrice, minRating, instructorId, isPremium } = query;
  return [
    ...(category === undefined ? [] : [sql`c.category = ${category}`]),
    ...(level === undefined ? [] : [sql`c.level = ${level}::course_level`]),
    ...(minPrice === undefined ? [] : [sql`${price} >= ${minPrice}`]),
    ...(maxPrice === undefined ? [] : [sql`${price} <= ${maxPrice}`]),
    ...(minRating === undefined ? [] : [sql`c.rating >= ${100 * minRating}`]),
    ...(instructorId === undefined ? [] : [sql`c.instructor_id = ${instructorId}`]),
    ...(isPremium === undefined ? [] : [isPremium ? sql`c.is_premium` : sql`NOT c.is_premium`]),
  ];
}
