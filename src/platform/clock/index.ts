export { Clock } from './clock.js';
export { dayOf, daysBetween, firstDayOf, isDay, onTheWall, spanOf } from './local-day.js';
