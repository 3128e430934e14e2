import { CourseLevel } from '../../platform/database/index.js';
import { Choice, Currency, PageQuery, Text, Whole } from '../../platform/http/index.js';

export const SORTS = ['newest', 'price', 'price_desc', 'popular', 'title'] as const;

export class CourseFilters extends PageQuery {
  @Text({
    description: 'Words that the title or description has, or that words in it begin with; all of them, in any case',
    optional: true,
  })
  keyword?: string;

  @Text({ description: 'Only this category', optional: true })
  category?: string;

  @Choice(CourseLevel, { description: 'Only this level', optional: true })
  level?: CourseLevel;

  @Whole({ description: 'Price from, in minor units of `currency`', optional: true, query: true })
  minPrice?: number;

  @Whole({ description: 'Price to, in minor units of `currency`', optional: true, query: true })
  maxPrice?: number;

  @Currency({
    description:
      'Only courses that can be had in this currency: priced in it, or free. `minPrice`, `maxPrice` and the orders by price compare the ' +
      'prices in it; they take the first currency that is offered when none is named',
    optional: true,
  })
  currency?: string;
}

export class CourseListQuery extends CourseFilters {
  @Choice(SORTS, { description: 'Order; newest first unless told otherwise. By price: see `currency`', optional: true })
  sort?: (typeof SORTS)[number];
}
