import { Clock } from '../../src/platform/clock/index.js';

/** The system's clock, which a test moves; what stands still is nothing: it runs on from where it was moved to. */
export class TestClock extends Clock {
  private offsetMs = 0;

  override now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  advance(seconds: number): void {
    this.offsetMs += seconds * 1000;
  }
}
