import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { BooksController } from './books/books.controller.js';
import { ReportRevenue } from './reports/report-revenue.js';
import { ReportsController } from './reports/reports.controller.js';

@Module({ imports: [LedgerModule], controllers: [BooksController, ReportsController], providers: [ReportRevenue] })
export class FinanceModule {}
