import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Problems } from '../platform/errors/index.js';
import { Endpoint } from '../platform/http/index.js';
import { AwardTokens } from './account/award-tokens.js';
import { ReadBalance } from './account/read-balance.js';
import { ShowTransactions } from './account/show-transactions.js';
import { RedeemDto, RedeemedDto } from './redemption/redemption.dto.js';
import { RedeemTokens } from './redemption/redeem-tokens.js';
import { Rewards } from './rewards/rewards.js';
import { RewardsDto } from './rewards/rewards.dto.js';
import { toRewards } from './rewards/to-rewards.js';
import { ReadStreaks } from './streaks/read-streaks.js';
import { AwardTokensDto, TokenHistoryDto, TokenHistoryQuery, TokensDto, TokenTransactionDto } from './tokens.dto.js';
import { TokenProblems } from './tokens.problems.js';

@ApiTags('tokens')
@Controller('tokens')
export class TokensController {
  constructor(
    private readonly rewards: Rewards,
    private readonly readBalance: ReadBalance,
    private readonly readStreaks: ReadStreaks,
    private readonly showTransactions: ShowTransactions,
    private readonly awardTokens: AwardTokens,
    private readonly redeemTokens: RedeemTokens,
  ) {}

  @Get('rewards')
  @Endpoint({
    access: 'signed-in',
    summary: 'What is rewarded, and what tokens are worth',
    description: "A course's own terms may bring more or less for its completion. Amounts are minor units.",
    answers: RewardsDto,
  })
  offered(): RewardsDto {
    return toRewards(this.rewards);
  }

  @Get('balance')
  @Endpoint({ access: 'signed-in', summary: 'Your tokens and streaks', answers: TokensDto })
  async balance(@CurrentPrincipal() { userId }: Principal): Promise<TokensDto> {
    const { balance } = await this.readBalance.read(userId);
    return { balance, streaks: await this.readStreaks.execute(userId) };
  }

  @Get('history')
  @Endpoint({
    access: 'signed-in',
    summary: 'What came and went, newest first',
    description: 'With the balance after each, and for what was redeemed the code of the coupon or the credit.',
    answers: TokenHistoryDto,
  })
  history(@Query() query: TokenHistoryQuery, @CurrentPrincipal() { userId }: Principal): Promise<TokenHistoryDto> {
    return this.showTransactions.history(userId, query);
  }

  @Post('award')
  @Endpoint({
    access: ['ADMIN'],
    status: 201,
    idempotent: true,
    summary: 'Give somebody tokens, or take some back',
    description: 'A negative amount is an `ADJUSTMENT`, which takes no more than there are. Audited, with its reason.',
    answers: TokenTransactionDto,
    errors: [TokenProblems.insufficient, Problems.notFound],
  })
  award(@Body() body: AwardTokensDto, @CurrentPrincipal() principal: Principal): Promise<TokenTransactionDto> {
    return this.awardTokens.execute(body, principal);
  }

  @Post('redeem')
  @Endpoint({
    access: 'signed-in',
    status: 201,
    idempotent: true,
    summary: 'Turn tokens into credit in your wallet, or into a coupon',
    description:
      'At the rates of `GET /tokens/rewards`, and never more than there are. The coupon is for one use, by whoever has its code; it also ' +
      'stands in the history.',
    answers: RedeemedDto,
    errors: [TokenProblems.unknownReward, TokenProblems.insufficient],
  })
  redeem(@Body() body: RedeemDto, @CurrentPrincipal() principal: Principal): Promise<RedeemedDto> {
    return this.redeemTokens.execute(body, principal);
  }
}
