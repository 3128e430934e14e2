import { Choice, Flag, IdOf, Whole } from '../../platform/http/index.js';
import { CourseFilters, SORTS } from './course-list.dto.js';

const MARKETPLACE_SORTS = [...SORTS, 'rating', 'relevance'] as const;

export class MarketplaceQuery extends CourseFilters {
  @Whole({
    description: 'Only courses whose average rating is at least this',
    optional: true,
    query: true,
    min: 1,
    max: 5,
  })
  minRating?: number;

  @IdOf('user', { description: 'Only courses of this instructor', optional: true })
  instructorId?: string;

  @Flag({ description: 'Only courses that must be paid for; with `false` only free ones', optional: true, query: true })
  isPremium?: boolean;

  @Choice(MARKETPLACE_SORTS, {
    description:
      'Order; newest first unless told otherwise. By price: see `currency`. By rating: best first, without reviews last. By relevance, ' +
      'for a keyword only: words of the title count for more than those of the description; what more than 10,000 courses ' +
      'have says little of any, and those come by popularity',
    optional: true,
  })
  sort?: (typeof MARKETPLACE_SORTS)[number];
}
