import { Module } from '@nestjs/common';
import { EnrollmentsModule } from '../enrollments/index.js';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { BrandingController } from './keys/branding.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { keys } from './keys/keys.providers.js';
import { LicensesController } from './licenses/licenses.controller.js';
import { licenses } from './licenses/licenses.providers.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import { organizations } from './organizations/organizations.providers.js';
import { SeatOffersController } from './seats/seat-offers.controller.js';
import { SeatsController } from './seats/seats.controller.js';
import { SeatCode } from './seats/seat-code.js';
import { seats } from './seats/seats.providers.js';
import { TiersController } from './tiers/tiers.controller.js';
import { tiers } from './tiers/tiers.providers.js';
import { UsageController } from './usage/usage.controller.js';
import { usage } from './usage/usage.providers.js';

@Module({
  imports: [LedgerModule, IdentityModule, PaymentsModule, EnrollmentsModule],
  // Those with words where others have an id come first.
  controllers: [
    OrganizationsController,
    TiersController,
    KeysController,
    BrandingController,
    SeatOffersController,
    SeatsController,
    UsageController,
    LicensesController,
  ],
  providers: [...tiers, ...organizations, ...licenses, ...keys, ...seats, ...usage],
  exports: [SeatCode],
})
export class LicensingModule {}
