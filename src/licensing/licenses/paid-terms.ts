import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import type { TermRow } from './term-span.js';

/** What a licence is paid for, as far as its money has not gone back. Asked by who holds the licence's row. */
@Injectable()
export class PaidTerms {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The term that was paid last, and when it ends. Null as long as there is nothing but one that has not begun, because the money of the one
   * before it went back: a year is not had for the price of the month after it.
   */
  async standing(licenseId: string): Promise<{ last: TermRow | undefined; expiresAt: Date | null }> {
    const paid = await this.database.client.licenseTerm.findMany({
      where: { licenseId, status: 'PAID' },
      orderBy: [{ paidAt: 'asc' }, { id: 'asc' }],
    });
    const last = paid.at(-1);
    const now = this.clock.now();
    const hasBegun = ({ from }: TermRow) => from !== null && from <= now;
    const runs = (term: TermRow) => hasBegun(term) && term.until !== null && term.until > now;
    const isPaidFor = last !== undefined && (hasBegun(last) || paid.some(runs));
    return { last, expiresAt: isPaidFor ? last.until : null };
  }

  /** When the next one begins. */
  async nextBegins(licenseId: string): Promise<Date | null> {
    const next = await this.database.client.licenseTerm.findFirst({
      where: { licenseId, status: 'PAID', from: { gt: this.clock.now() } },
      orderBy: { from: 'asc' },
    });
    return next?.from ?? null;
  }
}
