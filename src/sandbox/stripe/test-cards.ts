import type Stripe from 'stripe';
import { docUrl } from './errors.js';

/** What the issuer answers, in the terms of a failed charge's `outcome`. */
export interface Decline {
  /** `error.code`: `card_declined`, or the field that is wrong. */
  code: Stripe.PaymentIntent.LastPaymentError.Code;
  declineCode: string;
  message: string;
  networkDeclineCode: string | null;
  advice: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later';
  sellerMessage: string;
  /** Stopped by Stripe's own risk rules before it reached the issuer. */
  blocked?: true;
}

export interface TestCard {
  number: string;
  label: string;
  brand: string;
  decline?: Decline;
}

type AdviceCode = Decline['advice'];
const declined = 'Your card was declined.';

function issuerDecline(
  declineCode: string,
  networkDeclineCode: string,
  advice: AdviceCode,
  message = declined,
): Decline {
  const sellerMessage = 'The bank did not return any further details with this decline.';
  return { code: 'card_declined', declineCode, message, networkDeclineCode, advice, sellerMessage };
}

function cardDataDecline(code: 'expired_card' | 'incorrect_cvc' | 'processing_error', message: string): Decline {
  const advice = code === 'processing_error' ? 'try_again_later' : 'confirm_card_data';
  return { ...issuerDecline(code, '05', advice, message), code };
}

const tooOften = 'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.';
const blocked: Decline = {
  ...issuerDecline('fraudulent', '', 'do_not_try_again'),
  networkDeclineCode: null,
  sellerMessage: 'Stripe blocked this payment as too risky.',
  blocked: true,
};

/** The documented test cards and their outcomes. */
export const testCards: readonly TestCard[] = [
  { number: '4242424242424242', label: 'Succeeds', brand: 'visa' },
  { number: '5555555555554444', label: 'Succeeds (Mastercard)', brand: 'mastercard' },
  { number: '378282246310005', label: 'Succeeds (American Express)', brand: 'amex' },
  { number: '4000000000000077', label: 'Succeeds, funds available at once', brand: 'visa' },
  visa('4000000000000002', 'Declined', issuerDecline('generic_decline', '01', 'try_again_later')),
  visa(
    '4000000000009995',
    'Insufficient funds',
    issuerDecline('insufficient_funds', '51', 'try_again_later', 'Your card has insufficient funds.'),
  ),
  visa('4000000000009987', 'Lost card', issuerDecline('lost_card', '41', 'do_not_try_again')),
  visa('4000000000009979', 'Stolen card', issuerDecline('stolen_card', '43', 'do_not_try_again')),
  visa('4000000000000069', 'Expired card', cardDataDecline('expired_card', 'Your card has expired.')),
  visa('4000000000000127', 'Wrong CVC', cardDataDecline('incorrect_cvc', "Your card's security code is incorrect.")),
  visa(
    '4000000000000119',
    'Processing error',
    cardDataDecline('processing_error', 'An error occurred while processing your card. Try again in a little bit.'),
  ),
  visa(
    '4000000000006975',
    'Used too often',
    issuerDecline('card_velocity_exceeded', '65', 'try_again_later', tooOften),
  ),
  visa('4000000000000341', 'Attaches, then is declined', issuerDecline('generic_decline', '01', 'try_again_later')),
  visa('4100000000000019', 'Blocked as fraudulent', blocked),
];

/** A number that never becomes a payment method: nothing is charged and nothing recorded. */
export interface RefusedNumber {
  code: 'incorrect_number' | 'card_declined';
  message: string;
}

export function findCard(typed: string): TestCard | RefusedNumber {
  const number = typed.replace(/[\s-]/g, '');
  const card = testCards.find((candidate) => candidate.number === number);
  if (card) return card;
  if (!passesLuhn(number)) return { code: 'incorrect_number', message: 'Your card number is incorrect.' };
  // It may be somebody's real card; like Stripe's test mode, say so and forget it.
  const message =
    'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test ' +
    'cards, visit: https://stripe.com/docs/testing.';
  return { code: 'card_declined', message };
}

export function isRefused(card: TestCard | RefusedNumber): card is RefusedNumber {
  return !('number' in card);
}

export function fundsAtOnce(charge: Stripe.Charge): boolean {
  return charge.payment_method_details?.card?.last4 === '0077';
}

export function paymentError(
  decline: Decline,
  charge: string,
  paymentMethod: Stripe.PaymentMethod,
): Stripe.PaymentIntent.LastPaymentError {
  return {
    advice_code: decline.advice,
    charge,
    code: decline.code,
    decline_code: decline.declineCode,
    doc_url: docUrl(decline.code),
    message: decline.message,
    ...(decline.networkDeclineCode !== null && { network_decline_code: decline.networkDeclineCode }),
    payment_method: paymentMethod,
    payment_method_type: paymentMethod.type,
    type: 'card_error',
  };
}

function visa(number: string, label: string, decline: Decline): TestCard {
  return { number, label, brand: 'visa', decline };
}

function passesLuhn(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false;
  const sum = Array.from(number)
    .reverse()
    .map(Number)
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}
