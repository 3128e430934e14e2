import type { Prisma } from '../../platform/database/index.js';
import { DomainError, type FieldError, Problems } from '../../platform/errors/index.js';
import { toCoupon } from '../coupon.dto.js';
import type { Coupon } from '../coupon.js';
import type { CreateCouponDto, ManagedCouponDto } from './coupons.dto.js';

/** All that an admin says of a coupon, in the units of the API and as JSON: what is merged, checked and kept in the audit log. */
export type CouponTerms = Readonly<Required<Omit<CreateCouponDto, 'code'>>>;

export function toManagedCoupon(coupon: Coupon): ManagedCouponDto {
  const { maxUses, currentUses, isActive, isPublic, returnOnRefund, createdAt, updatedAt } = coupon;
  return { ...toCoupon(coupon), maxUses, currentUses, isActive, isPublic, returnOnRefund, createdAt, updatedAt };
}

export function termsOf(coupon: Coupon): CouponTerms {
  const { id, code, currentUses, createdAt, updatedAt, validFrom, validUntil, ...terms } = toManagedCoupon(coupon);
  return {
    ...terms,
    validFrom: validFrom?.toISOString() ?? null,
    validUntil: validUntil?.toISOString() ?? null,
  };
}

/** The terms with what a request says laid over them; what it leaves out stays. */
export function withChanges(terms: CouponTerms, changes: Partial<CouponTerms>): CouponTerms {
  const said = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const after = { ...terms, ...said };
  return {
    ...after,
    validFrom: moment(after.validFrom),
    validUntil: moment(after.validUntil),
    applicableCourses: [...new Set(after.applicableCourses)],
    applicableKinds: [...new Set(after.applicableKinds)],
  };
}

function moment(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString();
}

/** @throws Problems.validation, naming every field that does not go with the others */
export function checkTerms(terms: CouponTerms): void {
  const errors = [...valueErrors(terms), ...currencyErrors(terms), ...validityErrors(terms)];
  if (errors.length === 0) return;
  const names = errors.map(({ pointer }) => pointer.slice(2));
  throw new DomainError(Problems.validation, `Not valid: ${names.join(', ')}`, errors);
}

function valueErrors({ discountType, discountValue }: CouponTerms): FieldError[] {
  const pointer = '#/discountValue';
  if (discountType === 'PERCENTAGE') {
    return discountValue > 100 ? [{ pointer, detail: 'discountValue must not be more than 100 per cent' }] : [];
  }
  return Number.isInteger(discountValue)
    ? []
    : [{ pointer, detail: 'discountValue must be an integer number of minor units' }];
}

function currencyErrors({ discountType, currency, minimumAmount, maximumDiscount }: CouponTerms): FieldError[] {
  const hasAmount = discountType === 'FIXED_AMOUNT' || minimumAmount !== null || maximumDiscount !== null;
  return hasAmount && currency === null
    ? [{ pointer: '#/currency', detail: "currency must be given for the coupon's amounts" }]
    : [];
}

function validityErrors({ validFrom, validUntil }: CouponTerms): FieldError[] {
  return validFrom !== null && validUntil !== null && new Date(validFrom) >= new Date(validUntil)
    ? [{ pointer: '#/validUntil', detail: 'validUntil must be after validFrom' }]
    : [];
}

export function toColumns(
  terms: CouponTerms,
): Omit<Prisma.CouponCreateManyInput, 'id' | 'code' | 'createdAt' | 'updatedAt'> {
  const { discountType, discountValue, minimumAmount, maximumDiscount } = terms;
  return {
    ...terms,
    // Two decimals of per cent are whole basis points; rounding only mends what binary fractions did to them.
    discountValue: BigInt(discountType === 'PERCENTAGE' ? Math.round(discountValue * 100) : discountValue),
    minimumAmount: minimumAmount === null ? null : BigInt(minimumAmount),
    maximumDiscount: maximumDiscount === null ? null : BigInt(maximumDiscount),
  };
}
