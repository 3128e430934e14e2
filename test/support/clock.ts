import { Clock } from '../../src/platform/clock/index.js';

/** The system's clock, which a test moves; what stands still is nothing: it runs on from where it was moved to. */
export class TestClock extends Clock {
  private offsetMs = 0;
  private stoppedAt?: Date;

  override now(): Date {
    return this.stoppedAt ?? new Date(Date.now() + this.offsetMs);
  }

  advance(seconds: number): void {
    this.offsetMs += seconds * 1000;
  }

  /** Does something at one very moment, at which the clock stands still meanwhile; it then runs on as if nothing had been. */
  async at<T>(moment: Date | string, work: () => Promise<T>): Promise<T> {
    this.stoppedAt = new Date(moment);
    try {
      return await work();
    } finally {
      this.stoppedAt = undefined;
    }
  }
}
