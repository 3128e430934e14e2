import { Injectable } from '@nestjs/common';
import type { AccountRef } from '../../ledger/index.js';
import {
  Database,
  type PaymentProvider,
  type PaymentSessionStatus,
  type PaymentStatus,
  Prisma,
} from '../../platform/database/index.js';
import type { SoldItem } from '../ports/purchasable.js';

/** A payment with what its sale was booked by: what giving back needs to know. */
export interface PaidPayment {
  id: string;
  provider: PaymentProvider;
  status: PaymentStatus;
  /** The movement of money that it was paid by. */
  transactionId: string | null;
  total: bigint;
  currency: string;
  refundedAmount: bigint;
  disputedAmount: bigint;
  sessionId: string;
  sessionStatus: PaymentSessionStatus;
  userId: string;
  itemKind: string;
  itemId: string;
  couponCode: string | null;
  taxAmount: bigint;
  taxCountry: string | null;
  income: AccountRef;
}

/** What it bought. */
export function soldItem({ sessionId, userId, itemId }: PaidPayment): SoldItem {
  return { sessionId, userId, itemId };
}

const payments = Prisma.sql`
  SELECT p.id, p.provider, p.status, p.transaction_id AS "transactionId", p.total, p.currency, p.refunded_amount AS "refundedAmount",
    p.disputed_amount AS "disputedAmount", s.id AS "sessionId", s.status AS "sessionStatus", s.user_id AS "userId",
    s.item_kind AS "itemKind", s.item_id AS "itemId", s.coupon_code AS "couponCode", s.tax_amount AS "taxAmount",
    s.tax_country AS "taxCountry", s.income
  FROM payments p JOIN payment_sessions s ON s.id = p.session_id`;

/** Reads a payment and locks its row: everything that gives money back contends there. */
@Injectable()
export class PaidPayments {
  constructor(private readonly database: Database) {}

  lock(id: string): Promise<PaidPayment | undefined> {
    return this.database.row<PaidPayment>(Prisma.sql`${payments} WHERE p.id = ${id} FOR UPDATE OF p`);
  }

  /** The payment that a movement of money belongs to: it was paid by it, or it is the one that the movement did not fit. */
  lockByTransaction(provider: PaymentProvider, transactionId: string): Promise<PaidPayment | undefined> {
    return this.database.row<PaidPayment>(Prisma.sql`
      ${payments}
      WHERE p.provider = ${provider}::payment_provider AND (p.transaction_id = ${transactionId}
        OR p.id = (SELECT r.payment_id FROM refunds r WHERE r.transaction_id = ${transactionId} LIMIT 1))
      FOR UPDATE OF p`);
  }
}
