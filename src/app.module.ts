import { Module } from '@nestjs/common';
import { CoursesModule } from './courses/index.js';
import { EnrollmentsModule } from './enrollments/index.js';
import { FinanceModule } from './finance/index.js';
import { IdentityModule } from './identity/index.js';
import { LedgerModule } from './ledger/index.js';
import { PaymentsModule } from './payments/index.js';
import { PlatformModule } from './platform/platform.module.js';

@Module({
  imports: [
    PlatformModule,
    IdentityModule,
    LedgerModule,
    PaymentsModule,
    CoursesModule,
    EnrollmentsModule,
    FinanceModule,
  ],
})
export class AppModule {}
