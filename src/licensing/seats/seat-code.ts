import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { SignatureKey } from '../../platform/signing/index.js';

/** Codes by which seats that are offered are accepted: made of the seat's id whenever one is wanted, and kept nowhere. */
@Injectable()
export class SeatCode {
  private readonly key: SignatureKey;

  constructor({ JWT_SECRET: secret }: Settings) {
    this.key = new SignatureKey(secret, 'licensing seats');
  }

  codeOf(seatId: string): string {
    return `${seatId}.${this.key.sign(seatId)}`;
  }

  /** @returns the seat's id; undefined when it is no code of ours */
  read(code: string): string | undefined {
    const end = code.lastIndexOf('.');
    const seatId = code.slice(0, Math.max(end, 0));
    return this.key.isSigned(code.slice(end + 1), seatId) ? seatId : undefined;
  }
}
