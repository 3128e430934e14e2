import { blank, invalid, notInteger, notPositive, refused, required } from './errors.js';
import type { PaymobKeys } from './keys.js';

interface Item {
  name: string;
  amount: number;
  description: string;
  quantity: number;
}

/** What an intention was asked for. */
export interface IntentionOrder {
  /** In minor units. */
  amount: number;
  currency: string;
  paymentMethods: number[];
  items: Item[];
  billing: Record<string, string>;
  extras: object;
  specialReference: string | null;
  /** Seconds from its making. */
  expiration: number | null;
  notificationUrl: string | null;
  redirectionUrl: string | null;
}

const unknownIntegration =
  'Integration ID/Name does not exist in our system . You can find the list of Integration ID’/Names from Merchant Dashboard ' +
  'under Developers → Payment Integrations Tab';

const neededOfBuyer = ['first_name', 'last_name', 'email', 'phone_number'];

/** Everything that is wrong with the fields is told at once; then whether the account can do it. What is unknown is ignored. */
export function readIntention(body: Record<string, unknown>, keys: PaymobKeys): IntentionOrder {
  const errors: Record<string, unknown> = {};
  const check = <T>(name: string, read: (value: unknown) => T | Wrong): T | undefined => {
    const result = read(body[name]);
    if (!(result instanceof Wrong)) return result;
    errors[name] = result.errors;
    return undefined;
  };
  const amount = check('amount', positiveInteger);
  const currency = check('currency', text);
  const paymentMethods = check('payment_methods', methods);
  const items = check('items', optional(readItems, []));
  const billing = check('billing_data', readBuyer);
  const extras = check('extras', optional(readObject, {}));
  const specialReference = check('special_reference', optional(text, null));
  const expiration = check('expiration', optional(positiveInteger, null));
  const notificationUrl = check('notification_url', optional(webUrl, null));
  const redirectionUrl = check('redirection_url', optional(webUrl, null));
  if (
    amount === undefined ||
    currency === undefined ||
    paymentMethods === undefined ||
    items === undefined ||
    billing === undefined ||
    extras === undefined ||
    specialReference === undefined ||
    expiration === undefined ||
    notificationUrl === undefined ||
    redirectionUrl === undefined
  ) {
    throw invalid(errors);
  }
  const known = paymentMethods.filter((id): id is number => typeof id === 'number' && keys.integrationIds.includes(id));
  if (known.length < paymentMethods.length) throw refused(404, unknownIntegration);
  if (currency !== keys.currency) {
    throw invalid({ currency: [`The integration takes ${keys.currency}, not ${currency}.`] });
  }
  // The amount of an item is that of the line: its quantity does not multiply it.
  if (items.length > 0 && items.reduce((sum, item) => sum + item.amount, 0) !== amount) {
    throw invalid({ items: ['The sum of all item amounts must equal the total transaction amount.'] });
  }
  const asked = { amount, currency, paymentMethods: known, items, billing, extras };
  return { ...asked, specialReference, expiration, notificationUrl, redirectionUrl };
}

class Wrong {
  constructor(readonly errors: unknown) {}
}

function wrong(message: string): Wrong {
  return new Wrong([message]);
}

function optional<T, D>(read: (value: unknown) => T | Wrong, otherwise: D): (value: unknown) => T | D | Wrong {
  return (value) => (value === undefined || value === null ? otherwise : read(value));
}

function positiveInteger(value: unknown): number | Wrong {
  if (value === undefined) return wrong(required);
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return wrong(notInteger);
  return value >= 1 ? value : wrong(notPositive);
}

function text(value: unknown): string | Wrong {
  if (value === undefined) return wrong(required);
  if (value === null) return wrong('This field may not be null.');
  if (typeof value !== 'string') return wrong('Not a valid string.');
  return value.trim() === '' ? wrong(blank) : value;
}

function webUrl(value: unknown): string | Wrong {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  return url && /^https?:$/.test(url.protocol) ? String(value) : wrong('Enter a valid URL.');
}

function methods(value: unknown): unknown[] | Wrong {
  if (value === undefined) return wrong(required);
  if (!Array.isArray(value)) return wrong(`Expected a list of items but got type "${typeof value}".`);
  return value.length > 0 ? value : wrong('This list may not be empty.');
}

function readObject(value: unknown): Record<string, unknown> | Wrong {
  return isObject(value) ? value : wrong('Expected a dictionary of items.');
}

function readBuyer(value: unknown): Record<string, string> | Wrong {
  if (value === undefined || value === null) return wrong(required);
  if (!isObject(value)) return wrong('Invalid data. Expected a dictionary.');
  const errors: Record<string, unknown> = {};
  for (const name of neededOfBuyer) {
    const result = text(value[name]);
    if (result instanceof Wrong) errors[name] = result.errors;
    else if (name === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(result)) {
      errors[name] = ['Enter a valid email address.'];
    }
  }
  if (Object.keys(errors).length > 0) return new Wrong(errors);
  const given = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(given);
}

/** What is wrong with an item is told as if there were one item only: so does Paymob. */
function readItems(value: unknown): Item[] | Wrong {
  if (!Array.isArray(value)) return wrong(`Expected a list of items but got type "${typeof value}".`);
  const items: Item[] = [];
  for (const item of value as unknown[]) {
    if (!isObject(item)) return wrong('Invalid data. Expected a dictionary.');
    const [name, amount] = [text(item.name), positiveInteger(item.amount)];
    const quantity = optional(positiveInteger, 1)(item.quantity);
    if (name instanceof Wrong) return new Wrong({ name: name.errors });
    if (amount instanceof Wrong) return new Wrong({ amount: amount.errors });
    if (quantity instanceof Wrong) return new Wrong({ quantity: quantity.errors });
    items.push({ name, amount, quantity, description: typeof item.description === 'string' ? item.description : '' });
  }
  return items;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
