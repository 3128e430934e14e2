import { Controller, Get, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AccountBalance, ClosePeriod, PeriodProblems, ReadLedger } from '../../ledger/index.js';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { invalid } from '../../platform/errors/index.js';
import { Endpoint, toCursorPage } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { ExportJournal } from '../export/export-journal.js';
import {
  AccountDto,
  AccountsQuery,
  EntriesDto,
  EntriesQuery,
  ExportQuery,
  PeriodDto,
  TrialBalanceDto,
} from './books.dto.js';

/** The ledger, as it stands. */
@ApiTags('finance')
@Controller('finance')
export class BooksController {
  constructor(
    private readonly ledger: ReadLedger,
    private readonly exportJournal: ExportJournal,
    private readonly closePeriod: ClosePeriod,
  ) {}

  @Get('ledger/accounts')
  @Endpoint({ access: ['ADMIN'], summary: 'Accounts and their balances, by code', answers: [AccountDto] })
  async accounts(@Query() { prefix }: AccountsQuery): Promise<AccountDto[]> {
    return (await this.ledger.balances(prefix)).map(toAccount);
  }

  @Get('ledger/entries')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Journal entries with their postings, newest first',
    description: 'Paged by cursor: pages stay stable while new entries are posted.',
    answers: EntriesDto,
  })
  async entries(@Query() query: EntriesQuery): Promise<EntriesDto> {
    const { from, to, ...filter } = query;
    const found = await this.ledger.entries({ ...filter, ...rangeOf({ from, to }), limit: query.limit + 1 });
    const page = toCursorPage(found, query.limit, ({ id }) => id);
    const data = page.data.map((entry) => ({
      ...entry,
      postings: entry.postings.map((posting) => ({ ...posting, amount: toJsonAmount(posting.amount) })),
    }));
    return { ...page, data };
  }

  @Get('ledger/trial-balance')
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

  @Get('ledger/export')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'The whole journal, as CSV or for hledger',
    description:
      'Of one snapshot, oldest first. CSV has one row a posting, amounts in minor units; hledger reads the other as it is.',
    produces: ['text/csv', 'text/plain'],
  })
  export(@Query() query: ExportQuery): StreamableFile {
    const csv = query.format === 'csv';
    return new StreamableFile(this.exportJournal.execute(query.format, rangeOf(query)), {
      type: csv ? 'text/csv; charset=utf-8' : 'text/plain; charset=utf-8',
      disposition: `attachment; filename="journal.${csv ? 'csv' : 'hledger'}"`,
    });
  }

  @Post('periods/:month/close')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Close a month of the books for good',
    description:
      '`month` is YYYY-MM, in UTC, and over. A closed month takes no more postings. Closing it again changes nothing. Audited.',
    answers: PeriodDto,
    errors: [PeriodProblems.notOver],
  })
  async close(@Param('month') month: string, @CurrentPrincipal() { userId }: Principal): Promise<PeriodDto> {
    if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(month)) throw invalid('path/month', 'month must be given as YYYY-MM');
    return { month, closedAt: await this.closePeriod.execute(month, userId) };
  }
}

function rangeOf({ from, to }: { from?: string; to?: string }): { from?: Date; to?: Date } {
  return { from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined };
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
