import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { DomainError } from '../../platform/errors/index.js';
import { PaymentProblems } from '../payments.problems.js';

/** Mobile numbers in Kenya, as M-Pesa writes them: no plus, twelve digits. */
const OF_MPESA = /^254[71]\d{8}$/;
/** What people put between digits. */
const BETWEEN = /[\s.()\p{Pd}]/gu;
/** As abroad is dialled from most places, and from Kenya. */
const ABROAD = /^000?(?=254)/;

/**
 * A number in any common form (`0712 345 678`, `+254 712 345 678`, `00254712345678`, `254712345678`, `712345678`) as M-Pesa writes it.
 * @throws PaymentProblems.phone
 */
export function mpesaPhone(given: string | undefined): string {
  const dialled = given?.replace(BETWEEN, '').replace(ABROAD, '+') ?? '';
  // The library finds numbers in any text, and letters on the keys of a phone.
  const number = /^\+?\d+$/.test(dialled) ? parsePhoneNumberFromString(dialled, 'KE') : undefined;
  const digits = number?.number.slice(1) ?? '';
  if (number?.isPossible() && OF_MPESA.test(digits)) return digits;
  throw new DomainError(PaymentProblems.phone, 'M-Pesa needs a Kenyan mobile number to ring, such as 0712 345 678', [
    { pointer: '#/phone', detail: 'must be a Kenyan mobile number, such as 0712 345 678' },
  ]);
}
