export * from './fields.js';
export * from './time-fields.js';
export { Endpoint, ENDPOINT } from './endpoint.js';
export { PageQuery, type Page, Pagination, toCursorPage, toPage, window } from './pagination.js';
export { ProblemDto } from './problem.dto.js';
