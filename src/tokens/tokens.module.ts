import { Module } from '@nestjs/common';
import { CouponsModule } from '../coupons/index.js';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule } from '../ledger/index.js';
import { account } from './account/account.providers.js';
import { LeaderboardController } from './leaderboard/leaderboard.controller.js';
import { leaderboard } from './leaderboard/leaderboard.providers.js';
import { redemption } from './redemption/redemption.providers.js';
import { rewards } from './rewards/rewards.providers.js';
import { streaks } from './streaks/streaks.providers.js';
import { TokensController } from './tokens.controller.js';

@Module({
  imports: [LedgerModule, IdentityModule, CouponsModule],
  controllers: [TokensController, LeaderboardController],
  providers: [...account, ...redemption, ...rewards, ...streaks, ...leaderboard],
})
export class TokensModule {}
