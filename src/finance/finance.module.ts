import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { BooksController } from './books/books.controller.js';
import { ExportJournal } from './export/export-journal.js';
import { ReportRevenue } from './reports/report-revenue.js';
import { ReportsController } from './reports/reports.controller.js';
import { SettleReceivables } from './wallets/settle-receivables.js';
import { ShowWallets } from './wallets/show-wallets.js';
import { TopUp } from './wallets/top-up.js';
import { Transfer } from './wallets/transfer.js';
import { WalletsController } from './wallets/wallets.controller.js';

@Module({
  imports: [IdentityModule, LedgerModule, PaymentsModule],
  controllers: [BooksController, ReportsController, WalletsController],
  providers: [ExportJournal, ReportRevenue, ShowWallets, SettleReceivables, Transfer, TopUp],
})
export class FinanceModule {}
