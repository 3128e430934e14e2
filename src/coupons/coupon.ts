import type { Prisma } from '../platform/database/index.js';

/** A coupon as it is stored. */
export type Coupon = Prisma.CouponGetPayload<object>;

/** Letters, digits, - and _, 3 to 40 of them; the case does not count. */
export const CODE_PATTERN = /^[A-Za-z0-9_-]{3,40}$/;

/** A code as it is stored; undefined for what can be none. */
export function storedCode(typed: string): string | undefined {
  const code = typed.trim();
  return CODE_PATTERN.test(code) ? code.toUpperCase() : undefined;
}
