export { Clock } from './clock.js';
export { daysApart } from './days-apart.js';
export { dayOf, daysBetween, firstDayOf, isDay, onTheWall, spanOf } from './local-day.js';
