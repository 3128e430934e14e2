import { Injectable } from '@nestjs/common';
import { SeatCode } from '../../licensing/index.js';
import { Settings } from '../../platform/config/index.js';

/** Where letters send their readers: pages of the frontend. */
@Injectable()
export class Links {
  constructor(
    private readonly settings: Settings,
    private readonly seatCode: SeatCode,
  ) {}

  /** The page has the code for `POST /enterprise/seats/accept`. */
  acceptSeat(seatId: string): string {
    const page = new URL('seats/accept', `${this.settings.FRONTEND_URL.replace(/\/$/, '')}/`);
    page.searchParams.set('code', this.seatCode.codeOf(seatId));
    return page.href;
  }
}
