import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { type CourseLevel, type CourseStatus, Database, Prisma } from '../../platform/database/index.js';
import { window } from '../../platform/http/index.js';
import type { CourseListQuery } from './courses.dto.js';
import { matching } from './keyword.js';

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
  instructor: { id: string; name: string; profilePicture: string | null };
  publishedAt: Date | null;
  createdAt: Date;
}

/** Some of the courses, each once, with what it costs. */
interface Source {
  readonly from: Prisma.Sql;
  readonly price: Prisma.Sql;
}

const { sql } = Prisma;
const ascending = sql`ASC`;
const descending = sql`DESC`;
const byPrice = ({ price }: Source) => price;

type Order = { readonly key: (source: Source) => Prisma.Sql; readonly direction: Prisma.Sql };
const orders = {
  newest: { key: () => sql`c.published_at`, direction: descending },
  price: { key: byPrice, direction: ascending },
  price_desc: { key: byPrice, direction: descending },
  popular: { key: () => sql`c.enrollment_count`, direction: descending },
  title: { key: () => sql`c.title COLLATE natural_order`, direction: ascending },
} as const satisfies Record<NonNullable<CourseListQuery['sort']>, Order>;

/** Lists of courses. A list is two statements: a page of rows with all that they show, and the total. */
@Injectable()
export class CoursesRepository {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** @param scope condition on `c`, a course: which ones the caller may see */
  async page(scope: Prisma.Sql, query: CourseListQuery): Promise<[rows: CourseRow[], total: number]> {
    const sources = this.sources(query).map((source) => ({
      ...source,
      where: Prisma.join([scope, ...filters(query, source)], ' AND '),
    }));
    const { key, direction } = orders[query.sort ?? 'newest'];
    const { skip, take } = window(query);
    // Each source is read in order and no further than the page's end, so that an index may serve it. Not so where a keyword has to be found:
    // rare words are looked up first (OFFSET 0 keeps the two steps apart), as a walk in order would read nearly all courses for a few.
    const first = query.keyword ? sql`OFFSET 0` : Prisma.empty;
    const heads = sources.map(
      (
        source,
      ) => sql`(SELECT id, key FROM (SELECT c.id, ${key(source)} AS key FROM ${source.from} WHERE ${source.where} ${first}) AS f
        ORDER BY key ${direction}, id ${direction} LIMIT ${skip + take})`,
    );
    const counts = sources.map(({ from, where }) => sql`(SELECT count(*) FROM ${from} WHERE ${where})`);
    const [rows, found] = await Promise.all([
      this.database.rows<CourseRow>(sql`
        SELECT c.id, c.title, c.short_description AS "shortDescription", c.thumbnail, c.level, c.category, c.duration,
          c.is_premium AS "isPremium", c.price, c.currency, c.status, c.enrollment_count AS "enrollmentCount",
          c.published_at AS "publishedAt", c.created_at AS "createdAt",
          json_build_object('id', u.id, 'name', u.name, 'profilePicture', u.profile_picture) AS instructor,
          (SELECT coalesce(json_agg(json_build_object('currency', p.currency, 'amount', p.amount) ORDER BY p.currency), '[]')
           FROM course_prices p WHERE p.course_id = c.id) AS prices
        FROM (SELECT id, key FROM (${Prisma.join(heads, ' UNION ALL ')}) AS head
          ORDER BY key ${direction}, id ${direction} LIMIT ${take} OFFSET ${skip}) AS page
        JOIN courses c ON c.id = page.id JOIN users u ON u.id = c.instructor_id
        ORDER BY page.key ${direction}, page.id ${direction}`),
      this.database.row<{ total: bigint }>(sql`SELECT ${Prisma.join(counts, ' + ')} AS total`),
    ]);
    return [rows, Number(found?.total)];
  }

  /**
   * Where there is a currency, what can be had in it: by its default price, by its price list, or for nothing. Amounts of different
   * currencies cannot be compared, so prices are asked for in one: the one named, else the first that is offered.
   */
  private sources({ currency: named, minPrice, maxPrice, sort = 'newest' }: CourseListQuery): Source[] {
    const asksPrice = minPrice !== undefined || maxPrice !== undefined || orders[sort].key === byPrice;
    const currency = named ?? (asksPrice ? this.settings.CURRENCIES[0] : undefined);
    if (currency === undefined) return [{ from: sql`courses c`, price: sql`c.price` }];
    return [
      { from: sql`(SELECT * FROM courses WHERE currency = ${currency} AND price > 0) AS c`, price: sql`c.price` },
      {
        from: sql`(SELECT * FROM course_prices WHERE currency = ${currency}) AS p JOIN courses c ON c.id = p.course_id`,
        price: sql`p.amount`,
      },
      { from: sql`(SELECT * FROM courses WHERE NOT is_premium) AS c`, price: sql`0::bigint` },
    ];
  }
}

function filters({ keyword, category, level, minPrice, maxPrice }: CourseListQuery, { price }: Source): Prisma.Sql[] {
  return [
    ...(keyword ? matching(keyword) : []),
    ...(category === undefined ? [] : [sql`c.category = ${category}`]),
    ...(level === undefined ? [] : [sql`c.level = ${level}::course_level`]),
    ...(minPrice === undefined ? [] : [sql`${price} >= ${minPrice}`]),
    ...(maxPrice === undefined ? [] : [sql`${price} <= ${maxPrice}`]),
  ];
}
