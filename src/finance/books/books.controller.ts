import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AccountBalance, ReadLedger } from '../../ledger/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { AccountDto, AccountsQuery, EntriesDto, EntriesQuery, TrialBalanceDto } from './books.dto.js';

/** The ledger, as it stands. */
@ApiTags('finance')
@Controller('finance/ledger')
export class BooksController {
  constructor(private readonly ledger: ReadLedger) {}

  @Get('accounts')
  @Endpoint({ access: ['ADMIN'], summary: 'Accounts and their balances, by code', answers: [AccountDto] })
  async accounts(@Query() { prefix }: AccountsQuery): Promise<AccountDto[]> {
    return (await this.ledger.balances(prefix)).map(toAccount);
  }

  @Get('entries')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Journal entries with their postings, newest first',
    description: 'Paged by cursor: pages stay stable while new entries are posted.',
    answers: EntriesDto,
  })
  async entries(@Query() query: EntriesQuery): Promise<EntriesDto> {
    const found = await this.ledger.entries({ ...query, limit: query.limit + 1 });
    const data = found.slice(0, query.limit).map((entry) => ({
      ...entry,
      postings: entry.postings.map((posting) => ({ ...posting, amount: toJsonAmount(posting.amount) })),
    }));
    return { data, nextCursor: found.length > query.limit ? (data.at(-1)?.id ?? null) : null };
  }

  @Get('trial-balance')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'The proof: every currency sums to zero',
    answers: TrialBalanceDto,
  })
  async trialBalance(): Promise<TrialBalanceDto> {
    const { totals, accounts } = await this.ledger.trialBalance();
    return {
      balanced: totals.every((total) => total.difference === 0n),
      totals: totals.map(({ currency, debits, credits, difference }) => ({
        currency,
        debits: toJsonAmount(debits),
        credits: toJsonAmount(credits),
        difference: toJsonAmount(difference),
      })),
      accounts: accounts.map(toAccount),
    };
  }
}

function toAccount({ code, type, currency, ownerId, debits, credits }: AccountBalance): AccountDto {
  const debitSide = type === 'ASSET' || type === 'EXPENSE';
  return {
    code,
    type,
    currency,
    ownerId,
    debits: toJsonAmount(debits),
    credits: toJsonAmount(credits),
    balance: toJsonAmount(debitSide ? debits - credits : credits - debits),
  };
}
