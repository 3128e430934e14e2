export * from './fields.js';
export * from './time-fields.js';
export { Endpoint, ENDPOINT } from './endpoint.js';
export {
  MOST_COUNTED,
  PageQuery,
  type Page,
  Pagination,
  toCountedPage,
  toCursorPage,
  toPage,
  window,
} from './pagination.js';
export { RequiresFeature } from './requires-feature.js';
export { inspect } from './validation.js';
export { ProblemDto } from './problem.dto.js';
