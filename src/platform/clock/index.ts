export { Clock } from './clock.js';
export { dayOf, daysBetween, isDay, onTheWall, spanOf } from './local-day.js';
