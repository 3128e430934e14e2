export { LockPackage } from './credits/lock-package.js';
export { ReturnCredit } from './credits/return-credit.js';
export { PackagesModule } from './packages.module.js';
