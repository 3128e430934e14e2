import { Module } from '@nestjs/common';
import { ClassesModule } from '../classes/index.js';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { LockPackage } from './credits/lock-package.js';
import { packageRules } from './credits/package-rules.js';
import { ReturnCredit } from './credits/return-credit.js';
import { CreatePackage } from './offer/create-package.js';
import { EditPackage } from './offer/edit-package.js';
import { LockOffer } from './offer/lock-offer.js';
import { PackagesController } from './offer/packages.controller.js';
import { ReadPackages } from './offer/read-packages.js';
import { RemovePackage } from './offer/remove-package.js';
import { ShowPackage } from './offer/show-package.js';
import { PurchasePackage } from './own/purchase-package.js';
import { ReadStudentPackages } from './own/read-student-packages.js';
import { StudentPackagesController } from './own/student-packages.controller.js';
import { MoveBoughtPackage } from './sale/move-bought-package.js';
import { ReclaimCredits } from './sale/reclaim-credits.js';
import { RefundStudentPackage } from './sale/refund-student-package.js';
import { SellPackage } from './sale/sell-package.js';

const offer = [ReadPackages, ShowPackage, CreatePackage, LockOffer, EditPackage, RemovePackage];
const own = [ReadStudentPackages, PurchasePackage];
const credits = [LockPackage, ReturnCredit, mustHold(packageRules)];
const sale = [SellPackage, MoveBoughtPackage, ReclaimCredits, RefundStudentPackage];

@Module({
  imports: [IdentityModule, LedgerModule, PaymentsModule, ClassesModule],
  controllers: [PackagesController, StudentPackagesController],
  providers: [...offer, ...own, ...credits, ...sale],
  exports: [LockPackage, ReturnCredit],
})
export class PackagesModule {}
