import type { Source } from './store.js';

export interface PaymobTestCard {
  number: string;
  label: string;
  brand: 'MasterCard' | 'Visa';
  /** What the bank says to it instead of taking it. */
  decline?: string;
}

export const paymobTestCards: readonly PaymobTestCard[] = [
  { number: '5123456789012346', label: 'Succeeds', brand: 'MasterCard' },
  { number: '4987654321098769', label: 'Succeeds (Visa)', brand: 'Visa' },
  { number: '5111111111111118', label: 'Declined', brand: 'MasterCard', decline: 'Declined' },
  { number: '4000000000000051', label: 'Insufficient funds', brand: 'Visa', decline: 'INSUFFICIENT_FUNDS' },
];

/** The one wallet that pays. */
export const paymobTestWallet = '01010101010';

export type PaymobMethod = 'card' | 'wallet' | 'kiosk';

export interface PaymobPayOptions {
  /** Card unless told. A kiosk is told of as pending first. */
  method?: PaymobMethod;
  /** A test card's number; spaces do not matter. Any other number is declined. */
  card?: string;
  /** Of a wallet. */
  phone?: string;
}

/** What is to be charged, and why it cannot be, if so. */
export interface Means {
  source: Source;
  decline: string | null;
}

export function meansOf({ method = 'card', card, phone = paymobTestWallet }: PaymobPayOptions): Means {
  if (method === 'kiosk') {
    // Nobody holds a number at a kiosk, so one of the signed fields is null.
    return { source: { type: 'aggregator', pan: null, subType: 'AGGREGATOR' }, decline: null };
  }
  if (method === 'wallet') {
    const decline = phone === paymobTestWallet ? null : 'Wallet is not registered';
    return { source: { type: 'wallet', pan: phone, subType: 'wallet' }, decline };
  }
  return cardMeans((card ?? '5123456789012346').replace(/\D/g, ''));
}

function cardMeans(number: string): Means {
  const known = paymobTestCards.find((candidate) => candidate.number === number);
  const brand = known?.brand ?? (number.startsWith('4') ? 'Visa' : 'MasterCard');
  const source: Source = { type: 'card', pan: number.slice(-4), subType: brand };
  return { source, decline: known ? (known.decline ?? null) : 'Declined: not a test card' };
}
