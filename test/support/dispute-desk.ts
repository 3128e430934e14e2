import type { DisputeDto } from '../../src/payments/disputes/disputes.dto.js';
import type { Sale } from './giving-back.js';
import { expectStatus, type School } from './school.js';

export const DISPUTE_FEE = 1500;

/** What a dispute of a sale moves in the books when the money is taken, */
export const withdrawn = {
  'asset:disputed USD': 10_000,
  'asset:provider:stripe USD': -10_000 - DISPUTE_FEE,
  'expense:dispute-fees USD': DISPUTE_FEE,
};

/** and when it is lost. */
export const reversed = {
  'asset:disputed USD': -10_000,
  'liability:earnings-pending:instructor USD': -7000,
  'revenue:courses USD': -3000,
};

/** What is kept of disputes, and what an admin sees of them. */
export class DisputeDesk {
  constructor(private readonly school: School) {}

  async statusOf(sale: Sale) {
    const rows = await this.school.sql<{ status: string; lost: number }>(
      'SELECT status, lost_amount::int AS lost FROM disputes WHERE payment_id = $1 ORDER BY id',
      [sale.paymentId],
    );
    return rows.map(({ status, lost }) => [status, lost]);
  }

  async list(query = '') {
    return expectStatus(
      200,
      await this.school.get<{ data: DisputeDto[] }>(`/admin/disputes?limit=100${query}`, this.school.admin.token),
    ).data;
  }
}

/** The bank takes back what it has decided: a dispute that was lost is won, and the money comes again. */
export function winOnAppeal({ sandbox: { stripe } }: School, id: string): void {
  const { disputes } = stripe.account.store;
  const before = disputes.get(id);
  const [line] = before.balance_transactions;
  const amount = -line!.amount;
  const back = { ...line!, id: `txn_of_the_appeal_${id}`, amount, fee: 0, fee_details: [], net: amount };
  const won = disputes.update(id, { status: 'won', balance_transactions: [...before.balance_transactions, back] });
  stripe.emit('charge.dispute.closed', won);
  stripe.emit('charge.dispute.funds_reinstated', won);
}
