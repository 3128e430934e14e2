import type { Route } from '../routes.js';
import { invoicePaymentRoutes } from './invoice-payments.js';
import { invoiceRoutes } from './invoices.js';
import { priceRoutes } from './prices.js';
import { productRoutes } from './products.js';
import { scheduleRoutes } from './schedules.js';
import { subscriptionRoutes } from './subscriptions.js';
import { taxRateRoutes } from './tax-rates.js';
import { testClockRoutes } from './test-clocks.js';

/** Every call about subscriptions and what they are made of. */
export const billingRoutes: Route[] = [
  ...productRoutes,
  ...priceRoutes,
  ...taxRateRoutes,
  ...testClockRoutes,
  ...subscriptionRoutes,
  ...scheduleRoutes,
  ...invoiceRoutes,
  ...invoicePaymentRoutes,
];
