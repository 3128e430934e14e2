import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { DomainError } from '../../platform/errors/index.js';
import { PaymentProblems } from '../payments.problems.js';

/** Mobile numbers in Kenya, as M-Pesa writes them: no plus, twelve digits. */
const OF_MPESA = /^254[71]\d{8}$/;

/**
 * A number in any common form (`0712 345 678`, `+254 712 345 678`, `254712345678`, `712345678`) as M-Pesa writes it.
 * @throws PaymentProblems.phone
 */
export function mpesaPhone(given: string | undefined): string {
  const number = given === undefined ? undefined : parsePhoneNumberFromString(given, 'KE');
  const digits = number?.number.slice(1) ?? '';
  if (number?.isPossible() && OF_MPESA.test(digits)) return digits;
  throw new DomainError(PaymentProblems.phone, 'M-Pesa needs a Kenyan mobile number to ring, such as 0712 345 678', [
    { pointer: '#/phone', detail: 'must be a Kenyan mobile number, such as 0712 345 678' },
  ]);
}
