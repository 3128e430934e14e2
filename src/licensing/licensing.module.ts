import { Module } from '@nestjs/common';
import { EnrollmentsModule } from '../enrollments/index.js';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { keys } from './keys/keys.providers.js';
import { licenses } from './licenses/licenses.providers.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import { organizations } from './organizations/organizations.providers.js';
import { seats } from './seats/seats.providers.js';
import { tiers } from './tiers/tiers.providers.js';
import { usage } from './usage/usage.providers.js';

@Module({
  imports: [LedgerModule, IdentityModule, PaymentsModule, EnrollmentsModule],
  controllers: [OrganizationsController],
  providers: [...tiers, ...organizations, ...licenses, ...keys, ...seats, ...usage],
})
export class LicensingModule {}
