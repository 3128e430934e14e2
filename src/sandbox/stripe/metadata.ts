import type Stripe from 'stripe';
import { invalidRequest } from './errors.js';
import type { Param } from './params.js';

/** Key → value; an empty value deletes the key, null (an empty `metadata`) deletes all. */
export type MetadataChange = Record<string, string> | null;

/** At most 50 keys of 40 characters with values of 500 characters, as Stripe documents. */
export function metadata(): Param<MetadataChange, false> {
  return {
    required: false,
    emptyable: true,
    read(value, name) {
      if (value === '') return null;
      if (typeof value === 'string') throw invalidRequest('Invalid object', { param: name });
      const entries = Object.entries(value).map(([key, item]): [string, string] => {
        const param = `${name}[${key}]`;
        if (typeof item !== 'string') throw invalidRequest('Metadata values must be strings', { param });
        if (key.length > 40) throw tooLong('keys', 'key', 40, key, param);
        if (item.length > 500) throw tooLong('values', 'value', 500, item, param);
        return [key, item];
      });
      if (entries.length > 50) throw invalidRequest('Metadata can have up to 50 keys', { param: name });
      return Object.fromEntries(entries);
    },
  };
}

export function applyMetadata(current: Stripe.Metadata, change: MetadataChange | undefined): Stripe.Metadata {
  if (change === undefined) return current;
  if (change === null) return {};
  return Object.fromEntries(Object.entries({ ...current, ...change }).filter(([, value]) => value !== ''));
}

/** What events show of the old values: the keys that changed, with null for those that were not there. */
export function previousMetadata(before: Stripe.Metadata, after: Stripe.Metadata): Record<string, string | null> {
  const changed = Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key]);
  return Object.fromEntries(changed.map((key) => [key, before[key] ?? null]));
}

function tooLong(plural: string, noun: string, limit: number, found: string, param: string): Error {
  const message =
    `Metadata ${plural} can have up to ${limit} characters, but you passed in a ${noun} that is ` +
    `${found.length} characters. Invalid ${noun}: ${found}`;
  return invalidRequest(message, { param });
}
