import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { BooksController } from './books/books.controller.js';
import { cashRules } from './cash/cash-rules.js';
import { CashboxesController } from './cash/cashboxes.controller.js';
import { ClosedDays } from './cash/closed-days.js';
import { CountCash } from './cash/count-cash.js';
import { FindCashBranch } from './cash/find-cash-branch.js';
import { GuardCashSeats } from './cash/guard-cash-seats.js';
import { LockDrawer } from './cash/lock-drawer.js';
import { MoveCash } from './cash/move-cash.js';
import { ReadCashboxes } from './cash/read-cashboxes.js';
import { ReconcileCash } from './cash/reconcile-cash.js';
import { CashReconciliationController } from './cash/reconciliation.controller.js';
import { SummarizeDay } from './cash/summarize-day.js';
import { EarningsController } from './earnings/earnings.controller.js';
import { ReadEarnings } from './earnings/read-earnings.js';
import { ExportJournal } from './export/export-journal.js';
import { payouts } from './payouts/payouts.providers.js';
import { PayoutsController } from './payouts/payouts.controller.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';
import { reconciliation } from './reconciliation/reconciliation.providers.js';
import { ReportConversion } from './reports/report-conversion.js';
import { ReportCoupons } from './reports/report-coupons.js';
import { ReportDeferredRevenue } from './reports/report-deferred-revenue.js';
import { ReportInstructorEarnings } from './reports/report-instructor-earnings.js';
import { ReportMeasures } from './reports/report-measures.js';
import { ReportPayouts } from './reports/report-payouts.js';
import { ReportRevenue } from './reports/report-revenue.js';
import { ReportTax } from './reports/report-tax.js';
import { ReportsController } from './reports/reports.controller.js';
import { SettleReceivables } from './wallets/settle-receivables.js';
import { ShowWallets } from './wallets/show-wallets.js';
import { TopUp } from './wallets/top-up.js';
import { Transfer } from './wallets/transfer.js';
import { WalletsController } from './wallets/wallets.controller.js';

const cash = [
  FindCashBranch,
  ReadCashboxes,
  LockDrawer,
  ClosedDays,
  GuardCashSeats,
  MoveCash,
  CountCash,
  SummarizeDay,
  ReconcileCash,
  mustHold(cashRules),
];

const reports = [
  ReportRevenue,
  ReportTax,
  ReportDeferredRevenue,
  ReportInstructorEarnings,
  ReportPayouts,
  ReportCoupons,
  ReportConversion,
  ReportMeasures,
];

@Module({
  imports: [IdentityModule, LedgerModule, PaymentsModule],
  controllers: [
    BooksController,
    ReportsController,
    WalletsController,
    EarningsController,
    PayoutsController,
    CashboxesController,
    CashReconciliationController,
    ReconciliationController,
  ],
  providers: [
    ...cash,
    ...payouts,
    ...reports,
    ...reconciliation,
    ReadEarnings,
    ExportJournal,
    ShowWallets,
    SettleReceivables,
    Transfer,
    TopUp,
  ],
})
export class FinanceModule {}
