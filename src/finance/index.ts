export { FinanceModule } from './finance.module.js';
export { PayoutRequested, PayoutSettled } from './payouts/payouts.events.js';
