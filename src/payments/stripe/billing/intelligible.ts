import { ProviderFailure } from '../../ports/payment-strategy.js';

/** An answer that lacks what it is about, or has it in another shape, is none: asked again, never acted on. */
export function intelligible<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ProviderFailure) throw cause;
    throw new ProviderFailure(false, 'unintelligible_answer', { cause });
  }
}

export function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new ProviderFailure(false, 'unintelligible_answer');
  return value;
}

/** Stripe counts whole seconds. */
export function dateOf(seconds: number | null | undefined): Date {
  const date = new Date(must(seconds) * 1000);
  if (Number.isNaN(date.getTime())) throw new ProviderFailure(false, 'unintelligible_answer');
  return date;
}

export function dateOrNull(seconds: number | null | undefined): Date | null {
  return seconds === null || seconds === undefined ? null : dateOf(seconds);
}
