import type { Figures } from '../bench.js';
import type { Outcome } from './load.js';

export const rounded = (value: number, digits = 1): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** Answers of a kind a second: things created, unless told otherwise. */
export const rateOf = ({ seconds, statuses }: Outcome, status = '201'): number => (statuses[status] ?? 0) / seconds;

export const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;

export function median(values: readonly number[]): number {
  return at(values, 0.5);
}

/** Half of the latencies, nearly all, and all. */
export function percentiles(latencies: readonly number[]): Figures {
  return {
    'p50 ms': rounded(at(latencies, 0.5)),
    'p99 ms': rounded(at(latencies, 0.99)),
    'max ms': rounded(at(latencies, 1)),
  };
}

/** Several runs as one. */
export function together(outcomes: readonly Outcome[]): Outcome {
  const statuses: Record<string, number> = {};
  for (const outcome of outcomes)
    for (const [status, count] of Object.entries(outcome.statuses)) statuses[status] = (statuses[status] ?? 0) + count;
  return {
    seconds: sum(outcomes.map(({ seconds }) => seconds)),
    latencies: outcomes.flatMap(({ latencies }) => latencies),
    statuses,
  };
}

function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
