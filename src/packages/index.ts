export { LockPackage } from './credits/lock-package.js';
export { ReturnCredit } from './credits/return-credit.js';
export { PackageProblems } from './packages.problems.js';
export { PackagesModule } from './packages.module.js';
