import { Desk, type Sale, type SaleTerms } from './giving-back.js';
import type { School } from './school.js';

/** What is kept of what the provider did with the money of a payment. */
export class SettlementDesk {
  constructor(
    private readonly school: School,
    private readonly desk: Desk,
  ) {}

  lines({ paymentId }: Sale) {
    return this.school.sql<{
      kind: string;
      amount: number;
      fee: number;
      currency: string;
      original: number | null;
      from: string | null;
    }>(
      `SELECT kind, amount::int, fee::int, currency, original_amount::int AS original, original_currency AS "from"
     FROM provider_movements WHERE payment_id = $1 ORDER BY id`,
      [paymentId],
    );
  }

  async expecting({ paymentId }: Sale) {
    return (
      (await this.school.sql('SELECT 1 FROM payments WHERE id = $1 AND movements_check_at IS NOT NULL', [paymentId]))
        .length > 0
    );
  }

  async settled(sale: Sale) {
    return (await this.desk.entries(sale)).filter((kind) => kind === 'provider.settled').length;
  }

  /** Sold and paid; the provider's account of it is quiet until the test asks. */
  async sold(terms: SaleTerms): Promise<[Sale, Record<string, number>]> {
    let sale!: Sale;
    const moved = await this.desk.moved(async () => {
      sale = await this.desk.buy(terms);
    });
    return [sale, moved];
  }
}
