/** Seconds to wait after the nth failure: 1, 2, 4, … up to `ceiling`, with ±20 % of jitter so that retries do not march in step. */
export function backoffSeconds(failures: number, ceiling = 3600): number {
  const plain = Math.min(2 ** Math.max(0, failures - 1), ceiling);
  return plain * (0.8 + Math.random() * 0.4);
}
