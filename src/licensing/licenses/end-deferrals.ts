import { Injectable } from '@nestjs/common';
import { Recognition } from '../../ledger/index.js';
import { Database, Prisma } from '../../platform/database/index.js';

/** What is left of the times that a licence was paid for is given up: nothing more is delivered of them. */
@Injectable()
export class EndDeferrals {
  constructor(
    private readonly database: Database,
    private readonly recognition: Recognition,
  ) {}

  /**
   * In the caller's transaction, which holds the licence. Also of those whose money went back: it may come again.
   * @param except the term that begins
   */
  async execute(licenseId: string, at: Date, except?: string): Promise<void> {
    const sources = await this.database.rows<{ id: string }>(Prisma.sql`
      SELECT coalesce(p.id, t.id) AS id FROM license_terms t LEFT JOIN payments p ON p.session_id = t.payment_session_id
      WHERE t.license_id = ${licenseId} AND t.until_at > ${at} AND t.id IS DISTINCT FROM ${except ?? null}`);
    await this.recognition.end(
      sources.map(({ id }) => id),
      at,
    );
  }
}
