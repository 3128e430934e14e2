import {
  emptyParameter,
  invalidInteger,
  invalidRequest,
  missingParameter,
  notInSandbox,
  unknownParameters,
} from './errors.js';
import type { FormHash, FormValue } from './form.js';

/**
 * Declarative parameter schemas. A `Param` reads one form value and refuses it the way Stripe does; `name` is the
 * parameter's full name in brackets, as it appears in the error. An empty string unsets a parameter where the schema
 * says `emptyable` and is refused everywhere else.
 */
export interface Param<T, Required extends boolean = boolean> {
  readonly required: Required;
  readonly emptyable: boolean;
  read(value: FormValue, name: string): T;
}
export type Shape = Record<string, Param<unknown>>;
export type ParamsOf<S extends Shape> = {
  [K in keyof S]: S[K] extends Param<infer T, infer R> ? (R extends true ? T : T | undefined) : never;
};
/**
 * Use as `{…} satisfies ShapeOf<Stripe.CustomerCreateParams>`: every parameter that the SDK knows is either played or
 * named as `unsupported`, and a new version of the SDK shows what has to be decided. `expand` belongs to every route.
 */
export type ShapeOf<P> = Record<Exclude<keyof P, 'expand'>, Param<unknown>>;

export function readParams<S extends Shape>(shape: S, form: FormHash, name = ''): ParamsOf<S> {
  const nameOf = (key: string) => (name === '' ? key : `${name}[${key}]`);
  const unknown = Object.keys(form).filter((key) => !Object.hasOwn(shape, key));
  if (unknown.length > 0) throw unknownParameters(unknown.map(nameOf));
  const missing = Object.keys(shape).find((key) => shape[key]?.required && !(key in form));
  if (missing !== undefined) throw missingParameter(nameOf(missing));
  const values = Object.entries(form).map(([key, value]) => [key, readOne(shape[key], value, nameOf(key))] as const);
  return Object.fromEntries(values) as ParamsOf<S>;
}

function readOne(param: Param<unknown> | undefined, value: FormValue, name: string): unknown {
  if (value === '' && !param?.emptyable) throw emptyParameter(name);
  return param?.read(value, name);
}

function optional<T>(read: Param<T>['read']): Param<T, false> {
  return { required: false, emptyable: false, read };
}

export function required<T>(param: Param<T>): Param<T, true> {
  return { ...param, required: true };
}

/** An empty string unsets it: the value is null. */
export function emptyable<T>(param: Param<T>): Param<T | null, false> {
  return { required: false, emptyable: true, read: (value, name) => (value === '' ? null : param.read(value, name)) };
}

export function text(limits: { max?: number } = {}): Param<string, false> {
  const { max = 5000 } = limits;
  return optional((value, name) => {
    if (typeof value !== 'string') throw invalidRequest('Invalid string', { param: name });
    if (value.length <= max) return value;
    const message = `Invalid string: ${value.slice(0, 10)}…; must be at most ${max} characters`;
    throw invalidRequest(message, { param: name });
  });
}

export function oneOf<const V extends string>(...values: V[]): Param<V, false> {
  return optional((value, name) => {
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw invalidRequest(`Invalid ${name}: must be one of ${values.join(', ')}`, { param: name });
  });
}

export function flag(): Param<boolean, false> {
  return optional((value, name) => {
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalidRequest(`Invalid boolean: ${shown(value)}`, { param: name });
  });
}

export function integer(limits: { min?: number; max?: number } = {}): Param<number, false> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = limits;
  return optional((value, name) => {
    const number = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : NaN;
    if (!Number.isSafeInteger(number)) throw invalidInteger(`Invalid integer: ${shown(value)}`, name);
    if (number < 0 && min === 0) throw invalidRequest('Invalid non-negative integer', { param: name });
    if (number < min) throw invalidInteger(`This value must be greater than or equal to ${min}.`, name);
    if (number <= max) return number;
    throw invalidInteger(`This value must be less than or equal to ${max} (it currently is '${number}').`, name);
  });
}

/** With up to four digits after the point. */
export function decimal(limits: { min: number; max: number }): Param<number, false> {
  return optional((value, name) => {
    const number = typeof value === 'string' && /^[+-]?\d+(\.\d{1,4})?$/.test(value) ? Number(value) : NaN;
    if (number >= limits.min && number <= limits.max) return number;
    throw invalidRequest(`Invalid decimal: ${shown(value)}`, { code: 'parameter_invalid_decimal', param: name });
  });
}

/** A moment, or `now`. */
export function moment(): Param<number | 'now', false> {
  return optional((value, name) => (value === 'now' ? value : integer({ min: 0 }).read(value, name)));
}

export function webUrl(): Param<string, false> {
  return optional((value, name) => {
    const ok = typeof value === 'string' && /^https?:\/\/\S+$/i.test(value) && URL.canParse(value);
    if (ok) return value;
    throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: name });
  });
}

export function email(): Param<string, false> {
  return optional((value, name) => {
    if (typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return value;
    throw invalidRequest(`Invalid email address: ${shown(value)}`, { code: 'email_invalid', param: name });
  });
}

export function hash<S extends Shape>(shape: S): Param<ParamsOf<S>, false> {
  return optional((value, name) => {
    if (typeof value !== 'string') return readParams(shape, value, name);
    throw invalidRequest('Invalid object', { param: name });
  });
}

export function listOf<T>(param: Param<T>): Param<T[], false> {
  return optional((value, name) => {
    const isList = typeof value !== 'string' && Object.keys(value).every((key) => /^\d+$/.test(key));
    if (!isList) throw invalidRequest('Invalid array', { param: name });
    const entries = Object.entries(value).sort(([a], [b]) => Number(a) - Number(b));
    return entries.map(([index, item]) => readOne(param, item, `${name}[${index}]`) as T);
  });
}

/** `created=…` or `created[gte]=…&created[lt]=…` of a list. */
export type Range = number | { gt?: number; gte?: number; lt?: number; lte?: number };
export function range(): Param<Range, false> {
  const bounds = hash({ gt: integer(), gte: integer(), lt: integer(), lte: integer() });
  return optional((value, name) =>
    typeof value === 'string' ? integer().read(value, name) : bounds.read(value, name),
  );
}

/** A parameter that Stripe has and the stand-in does not play. */
export function unsupported(): Param<undefined, false> {
  return {
    required: false,
    emptyable: true,
    read: (_, name) => {
      throw notInSandbox(name, name);
    },
  };
}

/** Refused since 2026-09-30.endive, by a code of its own on intents. */
export function noLongerSupported(object: 'payment_intent' | 'setup_intent'): Param<undefined, false> {
  return {
    required: false,
    emptyable: true,
    read: (_, name) => {
      const message =
        `The \`${name}\` parameter is no longer supported on a ${object}. Use \`automatic_payment_methods\`, ` +
        '`allowed_payment_method_types` or `excluded_payment_method_types` instead.';
      throw invalidRequest(message, { code: 'payment_method_types_no_longer_supported', param: name });
    },
  };
}

/** On unless told otherwise, with redirects. */
export function automaticMethods(): Param<{ enabled: boolean; allow_redirects: 'always' | 'never' }, false> {
  const parts = hash({ allow_redirects: oneOf('always', 'never'), enabled: required(flag()) });
  return optional((value, name) => {
    const { enabled, allow_redirects = 'always' } = parts.read(value, name);
    return { allow_redirects, enabled };
  });
}

function shown(value: FormValue): string {
  return typeof value === 'string' ? value : '[object]';
}
