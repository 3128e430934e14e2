import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../platform/errors/index.js';
import { mpesaPhone } from './mpesa-phone.js';

describe('a phone for M-Pesa', () => {
  it.each([
    ['0712345678', '254712345678'],
    ['0110345678', '254110345678'],
    ['+254712345678', '254712345678'],
    ['+254110345678', '254110345678'],
    ['254712345678', '254712345678'],
    ['00254712345678', '254712345678'],
    ['000254712345678', '254712345678'],
    ['712345678', '254712345678'],
    ['110345678', '254110345678'],
    ['0712 345 678', '254712345678'],
    ['0712-345-678', '254712345678'],
    ['0712–345–678', '254712345678'],
    ['0712.345.678', '254712345678'],
    ['(0712) 345678', '254712345678'],
    ['+254 (0) 712 345 678', '254712345678'],
    [' +254 712 345 678 ', '254712345678'],
    ['+254\u00a0712\u00a0345\u00a0678', '254712345678'],
  ])('%s is %s', (given, written) => {
    expect(mpesaPhone(given)).toBe(written);
  });

  it.each([
    ['a landline', '020 2345678'],
    ['a landline abroad', '+254 20 2345678'],
    ['a free number', '0800 712 345'],
    ['of Tanzania', '+255 712 345 678'],
    ['of Tanzania, as dialled', '00255712345678'],
    ['of Germany', '+49 151 12345678'],
    ['too short', '071234567'],
    ['too long', '07123456789'],
    ['of letters', '0712ABCDEF'],
    ['among letters', 'call 0712345678 now'],
    ['an address', 'juma@example.com'],
    ['with an extension', '0712345678 ext 5'],
    ['with another', '0712345678;ext=5'],
    ['in a link', 'tel:+254712345678'],
    ['two at once', '0712345678/0712345679'],
    ['with two pluses', '++254712345678'],
    ['with a plus inside', '254+712345678'],
    ['nothing but marks', '(-) '],
    ['empty', ''],
    ['missing', undefined],
  ])('%s is refused', (_, given) => {
    expect(() => mpesaPhone(given)).toThrow(DomainError);
    try {
      mpesaPhone(given);
    } catch (error) {
      expect(error).toMatchObject({
        problem: { code: 'INVALID_PHONE', status: 400 },
        errors: [{ pointer: '#/phone', detail: 'must be a Kenyan mobile number, such as 0712 345 678' }],
      });
    }
  });
});
