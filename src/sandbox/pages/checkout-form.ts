import type { Buyer } from '../stripe/paying.js';

/** The fields of the hosted page as they were typed. */
export type FieldName = 'email' | 'cardNumber' | 'cardExpiry' | 'cardCvc';
export type Typed = Record<FieldName, string>;
export type FieldErrors = Partial<Record<FieldName, string>>;

export function typedFrom(body: unknown): Typed {
  const read = (name: FieldName) => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' ? value.trim() : '';
  };
  return {
    email: read('email'),
    cardNumber: read('cardNumber'),
    cardExpiry: read('cardExpiry'),
    cardCvc: read('cardCvc'),
  };
}

/** What a click on a test card fills in. */
export function filledWith(cardNumber: string, typed: Typed): Typed {
  return { ...typed, cardNumber, cardExpiry: '12 / 34', cardCvc: '123' };
}

export function readBuyer(typed: Typed, now: Date): { buyer: Buyer } | { errors: FieldErrors } {
  const expiry = readExpiry(typed.cardExpiry);
  const errors: FieldErrors = {
    ...(!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed.email) && { email: 'Your email is incomplete.' }),
    ...cardErrors(typed, now),
  };
  if (!expiry || Object.keys(errors).length > 0) return { errors };
  const { month: expMonth, year: expYear } = expiry;
  return { buyer: { cardNumber: typed.cardNumber, email: typed.email, name: null, expMonth, expYear } };
}

/** What is wrong with a card as it was typed. */
export function cardErrors(typed: Omit<Typed, 'email'>, now: Date): Omit<FieldErrors, 'email'> {
  const expiry = readExpiry(typed.cardExpiry);
  return {
    ...(!/^[\d\s-]{12,}$/.test(typed.cardNumber) && { cardNumber: 'Your card number is incomplete.' }),
    ...(!expiry && { cardExpiry: "Your card's expiration date is incomplete." }),
    ...(expiry && isPast(expiry, now) && { cardExpiry: "Your card's expiration date is in the past." }),
    ...(!/^\d{3,4}$/.test(typed.cardCvc) && { cardCvc: "Your card's security code is incomplete." }),
  };
}

interface Expiry {
  month: number;
  year: number;
}

/** `12/34`, `12 / 34`, `1234`, `12/2034`. */
function readExpiry(text: string): Expiry | undefined {
  const [, month = '', year = ''] = /^(0?[1-9]|1[0-2])\s*\/?\s*(\d{2}|20\d{2})$/.exec(text) ?? [];
  return month === '' ? undefined : { month: Number(month), year: (Number(year) % 2000) + 2000 };
}

function isPast({ month, year }: Expiry, now: Date): boolean {
  return year < now.getUTCFullYear() || (year === now.getUTCFullYear() && month < now.getUTCMonth() + 1);
}
