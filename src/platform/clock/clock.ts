import { Injectable } from '@nestjs/common';

/** The one source of "now". Business code and business SQL take the time from here, so a test that moves it moves the system. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** `seconds` from now; negative for the past. */
  in(seconds: number): Date {
    return new Date(this.now().getTime() + seconds * 1000);
  }
}
