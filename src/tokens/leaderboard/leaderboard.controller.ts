import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { LeaderboardDto, LeaderboardQuery, ListingDto } from './leaderboard.dto.js';
import { ReadLeaderboard } from './read-leaderboard.js';
import { SetListed } from './set-listed.js';

const rules =
  'By what was earned; redeeming takes nothing from it. Those with the same score share a rank and keep their order. `own` is where you stand ' +
  'yourself, on whatever page, also when you have opted out.';

@ApiTags('tokens')
@Controller('leaderboard')
export class LeaderboardController {
  constructor(
    private readonly readLeaderboard: ReadLeaderboard,
    private readonly setListed: SetListed,
  ) {}

  @Get('global')
  @Endpoint({
    access: 'signed-in',
    summary: 'Who has earned the most tokens, of everybody',
    description: rules,
    answers: LeaderboardDto,
  })
  global(@CurrentPrincipal() { userId }: Principal, @Query() query: LeaderboardQuery): Promise<LeaderboardDto> {
    return this.readLeaderboard.global(userId, query);
  }

  @Get('friends')
  @Endpoint({
    access: 'signed-in',
    summary: 'Who has earned the most tokens, of your friends and you',
    description: rules,
    answers: LeaderboardDto,
  })
  friends(@CurrentPrincipal() { userId }: Principal, @Query() query: LeaderboardQuery): Promise<LeaderboardDto> {
    return this.readLeaderboard.friends(userId, query);
  }

  @Patch('me')
  @Endpoint({
    access: 'signed-in',
    summary: 'Be seen in leaderboards, or not',
    description: 'Who opts out is shown to nobody, friends included, from that moment on, and goes on earning.',
    answers: ListingDto,
  })
  list(@CurrentPrincipal() { userId }: Principal, @Body() { listed }: ListingDto): Promise<ListingDto> {
    return this.setListed.execute(userId, listed);
  }
}
