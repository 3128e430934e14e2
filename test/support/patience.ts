import type { Patience } from '../../src/payments/resilience/patience.js';

/** Calls that fail are over in a moment, and however many fail the circuit stays closed. */
export const brief: Patience = { tryMs: 2_000, callMs: 2_500, pauseMs: 10, failures: 1_000, restMs: 100 };
