/** How patient we are with a provider outside. */
export interface Patience {
  /** One try may take this long. */
  readonly tryMs: number;
  /** A call with its pauses and retries may take this long. A first purchase makes two calls, and its buyer waits for both. */
  readonly callMs: number;
  /** About the pause before the first retry; it doubles. */
  readonly pauseMs: number;
  /** So many tries in a row without an answer open the circuit. */
  readonly failures: number;
  /** How long it then stays open, before one call tries again. */
  readonly restMs: number;
}

export const PATIENCE = Symbol('patience');

export const usualPatience: Patience = { tryMs: 6_000, callMs: 7_000, pauseMs: 250, failures: 5, restMs: 5_000 };
