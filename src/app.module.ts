import { Module } from '@nestjs/common';
import { ClassesModule } from './classes/index.js';
import { CouponsModule } from './coupons/index.js';
import { CoursesModule } from './courses/index.js';
import { EnrollmentsModule } from './enrollments/index.js';
import { FinanceModule } from './finance/index.js';
import { IdentityModule } from './identity/index.js';
import { LedgerModule } from './ledger/index.js';
import { LicensingModule } from './licensing/index.js';
import { NotificationsModule } from './notifications/index.js';
import { PackagesModule } from './packages/index.js';
import { PaymentsModule } from './payments/index.js';
import { PlatformModule } from './platform/platform.module.js';
import { SeatsModule } from './seats/index.js';
import { SubscriptionsModule } from './subscriptions/index.js';
import { TokensModule } from './tokens/index.js';

@Module({
  imports: [
    PlatformModule,
    IdentityModule,
    LedgerModule,
    CouponsModule,
    PaymentsModule,
    CoursesModule,
    ClassesModule,
    PackagesModule,
    EnrollmentsModule,
    SeatsModule,
    SubscriptionsModule,
    LicensingModule,
    TokensModule,
    FinanceModule,
    NotificationsModule,
  ],
})
export class AppModule {}
