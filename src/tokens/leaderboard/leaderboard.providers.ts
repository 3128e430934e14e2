import { mustHold } from '../../ledger/index.js';
import { CountRanks } from './count-ranks.js';
import { ForgetOldScores } from './forget-old-scores.js';
import { leaderboardRules } from './leaderboard-rules.js';
import { LeaderboardRepository } from './leaderboard.repository.js';
import { ReadLeaderboard } from './read-leaderboard.js';
import { SetListed } from './set-listed.js';

export const leaderboard = [
  ...[LeaderboardRepository, ReadLeaderboard, SetListed, CountRanks, ForgetOldScores],
  mustHold(leaderboardRules),
];
