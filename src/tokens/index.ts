export { TokensAwarded } from './tokens.events.js';
export { TokensModule } from './tokens.module.js';
export { TokenProblems } from './tokens.problems.js';
