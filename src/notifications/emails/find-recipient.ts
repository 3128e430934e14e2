import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { Reader } from '../letters/letter.js';

/** Whom an e-mail goes to, as they are when it is sent. */
export interface Recipient extends Reader {
  readonly address: string;
}

@Injectable()
export class FindRecipient {
  constructor(private readonly database: Database) {}

  /** @returns undefined for somebody without an address, and for a seat that is offered to nobody any more */
  async execute(id: string): Promise<Recipient | undefined> {
    return (await this.user(id)) ?? (await this.seat(id));
  }

  private async user(id: string): Promise<Recipient | undefined> {
    const user = await this.database.client.user.findUnique({ where: { id } });
    return user?.email ? { name: user.name, timeZone: user.timeZone, address: user.email } : undefined;
  }

  /** Nothing is known of them but where they are reached. */
  private async seat(id: string): Promise<Recipient | undefined> {
    const seat = await this.database.client.licenseSeat.findFirst({ where: { id, status: 'INVITED' } });
    return seat?.email ? { name: seat.email, timeZone: 'UTC', address: seat.email } : undefined;
  }
}
