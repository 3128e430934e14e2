import type { Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { CashCountDto, CountResult } from './cash.dto.js';
import { cashboxIdOf } from './cashboxes.js';

export type Count = Prisma.CashCountGetPayload<object>;

export function toCount({ idempotencyKey: _key, expected, counted, ...count }: Count): CashCountDto {
  return {
    ...count,
    cashboxId: cashboxIdOf(count.branchId),
    expected: toJsonAmount(expected),
    counted: toJsonAmount(counted),
    difference: toJsonAmount(counted - expected),
    result: resultOf(counted - expected),
  };
}

function resultOf(difference: bigint): CountResult {
  if (difference === 0n) return 'PERFECT';
  return difference > 0n ? 'OVER' : 'SHORT';
}
