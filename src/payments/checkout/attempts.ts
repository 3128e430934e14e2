import { Injectable } from '@nestjs/common';
import {
  Database,
  type PaymentProvider,
  type PaymentSessionStatus,
  type PaymentStatus,
  Prisma,
} from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import type { Attempt } from '../ports/payment-strategy.js';

/** A payment with its session: what every step of a purchase works on. */
export interface AttemptRow {
  paymentId: string;
  provider: PaymentProvider;
  paymentStatus: PaymentStatus;
  providerReference: string | null;
  redirectUrl: string | null;
  transactionId: string | null;
  total: bigint;
  currency: string;
  checks: number;
  sessionId: string;
  sessionStatus: PaymentSessionStatus;
  userId: string;
  itemKind: string;
  itemId: string;
  title: string;
  amount: bigint;
  discountAmount: bigint;
  revenueAccount: string;
  payeeId: string | null;
  shareBasisPoints: number;
  returnUrl: string;
  cancelUrl: string;
  createdAt: Date;
  expiresAt: Date;
}

const columns = Prisma.sql`
  p.id AS "paymentId", p.provider, p.status AS "paymentStatus", p.provider_reference AS "providerReference",
  p.redirect_url AS "redirectUrl", p.transaction_id AS "transactionId", p.total, p.currency, p.checks,
  s.id AS "sessionId", s.status AS "sessionStatus", s.user_id AS "userId", s.item_kind AS "itemKind", s.item_id AS "itemId", s.title,
  s.amount, s.discount_amount AS "discountAmount", s.revenue_account AS "revenueAccount",
  s.payee_id AS "payeeId", s.share_basis_points AS "shareBasisPoints", s.return_url AS "returnUrl", s.cancel_url AS "cancelUrl",
  p.created_at AS "createdAt", s.expires_at AS "expiresAt"
  FROM payments p JOIN payment_sessions s ON s.id = p.session_id`;

@Injectable()
export class Attempts {
  constructor(private readonly database: Database) {}

  ofPayment(paymentId: string): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(Prisma.sql`SELECT ${columns} WHERE p.id = ${paymentId}`);
  }

  /** The latest attempt of a session. */
  ofSession(sessionId: string): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(
      Prisma.sql`SELECT ${columns} WHERE s.id = ${sessionId} ORDER BY p.id DESC LIMIT 1`,
    );
  }

  ofReference(provider: PaymentProvider, reference: string): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(
      Prisma.sql`SELECT ${columns} WHERE p.provider = ${provider}::payment_provider AND p.provider_reference = ${reference}`,
    );
  }

  /**
   * The attempt that a report is about, with its payment and session locked: webhook, success page and sweep contend here, and whoever
   * comes second finds the work done.
   */
  lock(provider: PaymentProvider, found: { reference?: string; paymentId?: string }): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(Prisma.sql`
      SELECT ${columns}
      WHERE p.provider = ${provider}::payment_provider
        AND (p.provider_reference = ${found.reference ?? null} OR p.id = ${found.paymentId ?? null})
      ORDER BY p.id LIMIT 1 FOR UPDATE`);
  }
}

export function toAttempt(row: AttemptRow): Attempt {
  return {
    paymentId: row.paymentId,
    sessionId: row.sessionId,
    userId: row.userId,
    title: row.title,
    total: Money.of(row.total, row.currency),
    returnUrl: row.returnUrl,
    cancelUrl: row.cancelUrl,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    reference: row.providerReference,
  };
}
