import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';

/** Codes by which seats that are offered are accepted: made of the seat's id whenever one is wanted, and kept nowhere. */
@Injectable()
export class SeatCode {
  private readonly key: Buffer;

  constructor({ JWT_SECRET: secret }: Settings) {
    // A key that is good for nothing else.
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'bursar licensing seats', 32));
  }

  codeOf(seatId: string): string {
    return `${seatId}.${createHmac('sha256', this.key).update(seatId).digest('base64url')}`;
  }

  /** @returns the seat's id; undefined when it is no code of ours */
  read(code: string): string | undefined {
    const seatId = code.slice(0, code.lastIndexOf('.'));
    const [right, given] = [Buffer.from(this.codeOf(seatId)), Buffer.from(code)];
    return given.length === right.length && timingSafeEqual(given, right) ? seatId : undefined;
  }
}
