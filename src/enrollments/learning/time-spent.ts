/** What clocks and networks may differ by. */
const GRACE_MS = 60_000;

/**
 * How much of the time that a client says was spent is counted: as much as has passed since what was counted before, and a minute of grace,
 * which is to be had once and not with every request: it runs ahead of the clock, and the next time waits for the clock.
 * @param since until when time is counted
 */
export function countTime(seconds: number, since: Date, now: Date): { counted: number; until: Date } {
  const possible = Math.floor((now.getTime() - since.getTime() + GRACE_MS) / 1000);
  const counted = Math.max(0, Math.min(seconds, possible));
  return { counted, until: new Date(Math.max(now.getTime(), since.getTime() + counted * 1000)) };
}
