import { FollowLearning } from './follow-learning.js';
import { MarkStreak } from './mark-streak.js';
import { PayStreakBonuses } from './pay-streak-bonuses.js';
import { ReadStreaks } from './read-streaks.js';

/** Days and courses in a row, and what they bring. */
export const streaks = [MarkStreak, PayStreakBonuses, ReadStreaks, FollowLearning];
