import type { Prisma } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';

export type DisputeRow = Prisma.DisputeGetPayload<object>;

export function amountOf({ amount, currency }: DisputeRow): Money {
  return Money.of(amount, currency);
}
