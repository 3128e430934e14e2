import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { account } from './account/account.providers.js';
import { rewards } from './rewards/rewards.providers.js';

@Module({
  imports: [LedgerModule],
  providers: [...account, ...rewards],
})
export class TokensModule {}
