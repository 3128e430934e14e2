import { randomInt } from 'node:crypto';

/**
 * The code of a coupon that tokens have bought: `TKN-7K3M-Q9TX-H4WD`. Whoever has it can use it, so nobody may find one by trying: twelve
 * characters at random are some 59 bits. None of the 31 is taken for another.
 */
const CHARACTERS = '0123456789ABCDEFGHJKMNPQRSTWXYZ';
const GROUPS = 3;
const GROUP = 4;

export function newCouponCode(): string {
  const group = () => Array.from({ length: GROUP }, () => CHARACTERS.charAt(randomInt(CHARACTERS.length))).join('');
  return ['TKN', ...Array.from({ length: GROUPS }, group)].join('-');
}
