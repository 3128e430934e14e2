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
  /** What the issuer answers to a charge; to an attempt at saving the card as well, unless `saves`. */
  decline?: Decline;
  /** Can be saved although charges are declined. */
  saves?: true;
  /**
   * When the bank wants to see the buyer (3-D Secure): at `always` every payment, `once` when it is saved and at payments with the buyer
   * there, `present` only at payments with the buyer there, as if it had been saved before.
   */
  authentication?: 'always' | 'once' | 'present';
  /** Refunds to it are `pending` until they are finished by hand. */
  slowRefund?: true;
  /** Disputed as soon as it was charged. */
  dispute?: { reason: string; inquiry: boolean };
}

type AdviceCode = Decline['advice'];
const declined = 'Your card was declined.';

function issuerDecline(
  declineCode: string,
  networkDeclineCode: string,
  advice: AdviceCode,
  message = declined,
  code: Decline['code'] = 'card_declined',
): Decline {
  const sellerMessage = 'The bank did not return any further details with this decline.';
  return { code, declineCode, message, networkDeclineCode, advice, sellerMessage };
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

const genericDecline = issuerDecline('generic_decline', '01', 'try_again_later');
const insufficientFunds = issuerDecline(
  'insufficient_funds',
  '51',
  'try_again_later',
  'Your card has insufficient funds.',
);

/** The bank's answer to a payment in the buyer's absence that it would want to ask the buyer about. */
export const authenticationRequired = issuerDecline(
  'authentication_required',
  '1A',
  'try_again_later',
  'Your card was declined. This transaction requires authentication.',
  'authentication_required',
);

/** The documented test cards and their outcomes. */
export const testCards: readonly TestCard[] = [
  { number: '4242424242424242', label: 'Succeeds', brand: 'visa' },
  { number: '5555555555554444', label: 'Succeeds (Mastercard)', brand: 'mastercard' },
  { number: '378282246310005', label: 'Succeeds (American Express)', brand: 'amex' },
  { number: '4000000000000077', label: 'Succeeds, funds available at once', brand: 'visa' },
  visa('4000000000000002', 'Declined', genericDecline),
  visa('4000000000009995', 'Insufficient funds', insufficientFunds),
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
  { ...visa('4000000000000341', 'Attaches, then is declined', genericDecline), saves: true },
  visa('4100000000000019', 'Blocked as fraudulent', blocked),
  { number: '4000000000007726', label: 'Succeeds; refunds stay pending', brand: 'visa', slowRefund: true },
  { number: '4000000000005126', label: 'Succeeds; refunds succeed, to fail later', brand: 'visa' },
  disputing('4000000000000259', 'Succeeds, then disputed as fraudulent', 'fraudulent'),
  disputing('4000000000002685', 'Succeeds, then disputed as not received', 'product_not_received'),
  disputing('4000000000001976', 'Succeeds, then an inquiry', 'fraudulent', true),
  asking('4000002760003184', '3-D Secure every time', 'always'),
  asking('4000002500003155', '3-D Secure until it is saved', 'once'),
  asking('4000003800000446', '3-D Secure, as if saved before', 'present'),
  {
    ...asking('4000008260003178', '3-D Secure, then insufficient funds', 'once'),
    decline: insufficientFunds,
    saves: true,
  },
];

/** As some test card is declined; a code that none has is declined like any other card. */
export function declineByCode(code: string): Decline {
  const known = testCards.find(({ decline }) => decline?.declineCode === code)?.decline;
  return known ?? { ...genericDecline, declineCode: code };
}

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

/** The test card that was charged; none where another method was. */
export function cardCharged(charge: Stripe.Charge): TestCard | undefined {
  return cardEndingIn(charge.payment_method_details?.card?.last4);
}

/** The test card behind a payment method; none where it is no card. */
export function cardOf({ card }: Stripe.PaymentMethod): TestCard | undefined {
  return cardEndingIn(card?.last4);
}

export function paymentError(
  decline: Decline,
  charge: string | undefined,
  paymentMethod: Stripe.PaymentMethod,
): Stripe.PaymentIntent.LastPaymentError {
  return {
    advice_code: decline.advice,
    ...(charge !== undefined && { charge }),
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

function asking(number: string, label: string, authentication: TestCard['authentication']): TestCard {
  return { number, label, brand: 'visa', authentication };
}

/** No two test cards end alike. */
function cardEndingIn(last4: string | null | undefined): TestCard | undefined {
  return last4 ? testCards.find(({ number }) => number.slice(-4) === last4) : undefined;
}

function disputing(number: string, label: string, reason: string, inquiry = false): TestCard {
  return { number, label, brand: 'visa', dispute: { reason, inquiry } };
}

function passesLuhn(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false;
  const sum = Array.from(number)
    .reverse()
    .map(Number)
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}
