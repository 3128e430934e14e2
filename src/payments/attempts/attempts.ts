import { Injectable } from '@nestjs/common';
import type { AccountRef } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import {
  Database,
  type PaymentProvider,
  type PaymentSessionStatus,
  type PaymentStatus,
  Prisma,
  type SaleSource,
} from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import type { Attempt } from '../ports/payment-strategy.js';
import type { PayeeShare } from '../ports/purchasable.js';
import { isOpen, paymentStatusOf } from './session-states.js';

/** A payment with its session: what every step of a purchase works on. */
export interface AttemptRow {
  paymentId: string;
  provider: PaymentProvider;
  paymentStatus: PaymentStatus;
  providerReference: string | null;
  redirectUrl: string | null;
  transactionId: string | null;
  failureReason: string | null;
  total: bigint;
  currency: string;
  checks: number;
  /** Whether the movement of money that was looked for is booked as fitting nothing already. */
  unapplied: boolean;
  methodId: string | null;
  /** The number that is rung. */
  phone: string | null;
  sessionId: string;
  sessionStatus: PaymentSessionStatus;
  userId: string;
  itemKind: string;
  itemId: string;
  title: string;
  /** A saved method is charged or a phone rung: there is no page in between. */
  charged: boolean;
  amount: bigint;
  discountAmount: bigint;
  couponCode: string | null;
  source: SaleSource;
  taxAmount: bigint;
  taxCountry: string | null;
  income: AccountRef;
  payees: PayeeShare[];
  returnUrl: string;
  cancelUrl: string;
  createdAt: Date;
  expiresAt: Date;
}

/** What a purchase costs and how it is booked, fixed when it begins. */
export interface PricedSession {
  readonly title: string;
  /** List price. */
  readonly amount: Money;
  /** Taken off by the coupon. */
  readonly discount: Money;
  readonly couponCode: string | null;
  readonly source: SaleSource;
  readonly tax: Money;
  /** What the provider charges. */
  readonly total: Money;
  /** Millionths: 190000 is 19 %. */
  readonly taxRate: number;
  readonly taxCountry: string | null;
  readonly taxRegion: string | null;
  readonly income: AccountRef;
  readonly payees: readonly PayeeShare[];
}

/** A payment that came without anybody being sent to pay it. Its list price is what it is net of tax. */
interface CollectedPayment extends Pick<
  PricedSession,
  'title' | 'tax' | 'total' | 'taxRate' | 'taxCountry' | 'taxRegion' | 'income'
> {
  readonly sessionId: string;
  readonly userId: string;
  readonly itemKind: string;
  readonly itemId: string;
  readonly provider: PaymentProvider;
  /** The provider's handle of it, such as an invoice's id. */
  readonly reference: string;
  /** The provider's id of the money's movement. */
  readonly transactionId: string;
  readonly createdAt: Date;
}

interface NewAttempt extends PricedSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly itemKind: string;
  readonly itemId: string;
  readonly provider: PaymentProvider;
  readonly methodId?: string;
  readonly phone?: string;
  readonly metadata?: Record<string, string>;
  readonly returnUrl: string;
  readonly cancelUrl: string;
  readonly idempotencyKey?: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When a provider that has not answered is asked. */
  readonly nextCheckAt: Date;
}

/** What an attempt has come to. */
interface Conclusion {
  readonly sessionStatus: PaymentSessionStatus;
  readonly failureReason?: string;
  readonly providerReference?: string;
  /** It may still be paid at the provider, so it goes on being asked about. */
  readonly undecided?: boolean;
  /** Money has come. */
  readonly paid?: {
    readonly transactionId: string;
    readonly receipt?: string;
    readonly buyerCountry?: string;
    /** What came, when that is not what was asked. */
    readonly misfit?: Money;
    /** The provider's account will show lines about it: what it collected and kept. */
    readonly movementsFollow: boolean;
    /** The statement that writes down what its payee has earned. */
    readonly earned?: Prisma.Sql;
  };
}

const columns = Prisma.sql`
  p.id AS "paymentId", p.provider, p.status AS "paymentStatus", p.provider_reference AS "providerReference",
  p.redirect_url AS "redirectUrl", p.transaction_id AS "transactionId", p.failure_reason AS "failureReason", p.total, p.currency, p.checks, p.method_id AS "methodId", p.phone,
  s.id AS "sessionId", s.status AS "sessionStatus", s.user_id AS "userId", s.item_kind AS "itemKind", s.item_id AS "itemId", s.title, s.charged,
  s.amount, s.discount_amount AS "discountAmount", s.coupon_code AS "couponCode", s.source, s.tax_amount AS "taxAmount", s.tax_country AS "taxCountry", s.income,
  s.payees, s.return_url AS "returnUrl", s.cancel_url AS "cancelUrl",
  p.created_at AS "createdAt", s.expires_at AS "expiresAt"`;
const attempts = Prisma.sql`SELECT ${columns}, false AS unapplied FROM payments p JOIN payment_sessions s ON s.id = p.session_id`;

@Injectable()
export class Attempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** A new session with its first attempt, in one statement. */
  async insert(fresh: NewAttempt): Promise<AttemptRow> {
    const { amount, discount, tax, total, provider, createdAt, userId } = fresh;
    const row = await this.database.row<AttemptRow>(Prisma.sql`
      WITH s AS (
        INSERT INTO payment_sessions (id, user_id, item_kind, item_id, title, amount, discount_amount, coupon_code, source, tax_amount,
          final_amount, currency, tax_rate, tax_country, tax_region, income, payees, metadata, return_url, cancel_url,
          charged, idempotency_key, created_at, expires_at)
        VALUES (${fresh.sessionId}, ${userId}, ${fresh.itemKind}, ${fresh.itemId}, ${fresh.title},
          ${amount.minor}::bigint, ${discount.minor}::bigint, ${fresh.couponCode}, ${fresh.source}::sale_source, ${tax.minor}::bigint, ${total.minor}::bigint, ${total.currency},
          ${fresh.taxRate}::int, ${fresh.taxCountry}, ${fresh.taxRegion}, ${JSON.stringify(fresh.income)}::jsonb,
          ${JSON.stringify(fresh.payees)}::jsonb, ${JSON.stringify(fresh.metadata ?? {})}::jsonb, ${fresh.returnUrl}, ${fresh.cancelUrl}, ${fresh.methodId !== undefined || fresh.phone !== undefined},
          ${fresh.idempotencyKey ?? null}, ${createdAt}, ${fresh.expiresAt})
        RETURNING *
      ), p AS (
        INSERT INTO payments (id, session_id, user_id, provider, method_id, phone, amount, discount, tax, total, currency, created_at, next_check_at)
        SELECT ${newId('payment')}, s.id, s.user_id, ${provider}::payment_provider, ${fresh.methodId ?? null}, ${fresh.phone ?? null}, s.amount, s.discount_amount,
          s.tax_amount, s.final_amount, s.currency, s.created_at, ${fresh.nextCheckAt}
        FROM s RETURNING *
      )
      SELECT ${columns}, false AS unapplied FROM p, s`);
    if (!row) throw new Error('the session was not inserted');
    return row;
  }

  /**
   * What a provider has collected by itself, written down as a session with its payment, to be concluded at once. Contends on the movement of
   * money and on the provider's handle: unique indexes let one through.
   * @returns undefined when it is there already
   */
  insertCollected(fresh: CollectedPayment): Promise<AttemptRow | undefined> {
    const { tax, total, sessionId, userId, createdAt } = fresh;
    return this.database.row<AttemptRow>(Prisma.sql`
      WITH p AS (
        INSERT INTO payments (id, session_id, user_id, provider, provider_reference, transaction_id, amount, tax, total, currency, created_at)
        VALUES (${newId('payment')}, ${sessionId}, ${userId}, ${fresh.provider}::payment_provider, ${fresh.reference}, ${fresh.transactionId},
          ${total.minus(tax).minor}::bigint, ${tax.minor}::bigint, ${total.minor}::bigint, ${total.currency}, ${createdAt})
        ON CONFLICT DO NOTHING RETURNING *
      ), s AS (
        INSERT INTO payment_sessions (id, user_id, item_kind, item_id, title, amount, tax_amount, final_amount, currency, tax_rate,
          tax_country, tax_region, income, return_url, cancel_url, created_at, expires_at)
        SELECT p.session_id, p.user_id, ${fresh.itemKind}, ${fresh.itemId}, ${fresh.title}, p.amount, p.tax, p.total, p.currency,
          ${fresh.taxRate}::int, ${fresh.taxCountry}, ${fresh.taxRegion}, ${JSON.stringify(fresh.income)}::jsonb, '', '', p.created_at, p.created_at
        FROM p RETURNING *
      )
      SELECT ${columns}, false AS unapplied FROM p, s`);
  }

  ofPayment(paymentId: string): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(Prisma.sql`${attempts} WHERE p.id = ${paymentId}`);
  }

  /** The session's latest attempt. */
  ofSession(sessionId: string): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(Prisma.sql`${attempts} WHERE s.id = ${sessionId} ORDER BY p.id DESC LIMIT 1`);
  }

  /** The latest attempt of the session that a user began under this Idempotency-Key. */
  ofKey(userId: string, idempotencyKey: string): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(
      Prisma.sql`${attempts} WHERE s.user_id = ${userId} AND s.idempotency_key = ${idempotencyKey} ORDER BY p.id DESC LIMIT 1`,
    );
  }

  ofReference(provider: PaymentProvider, reference: string): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(
      Prisma.sql`${attempts} WHERE p.provider = ${provider}::payment_provider AND p.provider_reference = ${reference}`,
    );
  }

  /**
   * The attempt that a report is about, with its payment and session locked: webhook, success page and sweep contend here, and whoever
   * comes second finds the work done. The provider's own handle outweighs our id in its metadata, which others can write.
   */
  lock(
    provider: PaymentProvider,
    found: { reference?: string; paymentId?: string; transactionId?: string },
  ): Promise<AttemptRow | undefined> {
    return this.database.row<AttemptRow>(Prisma.sql`
      SELECT ${columns}, EXISTS (SELECT 1 FROM refunds WHERE transaction_id = ${found.transactionId ?? null}) AS unapplied
      FROM payments p JOIN payment_sessions s ON s.id = p.session_id
      WHERE p.provider = ${provider}::payment_provider
        AND (p.provider_reference = ${found.reference ?? null} OR p.id = ${found.paymentId ?? null})
      ORDER BY p.provider_reference IS NOT DISTINCT FROM ${found.reference ?? null}::text DESC, p.id LIMIT 1 FOR UPDATE OF p, s`);
  }

  /** Has the provider asked about an attempt now, whatever became of it already. @returns false when there is none */
  async askNow(provider: PaymentProvider, paymentId: string): Promise<boolean> {
    const asked = await this.database.execute(Prisma.sql`
      UPDATE payments SET next_check_at = ${this.clock.now()}, checks = 0
      WHERE id = ${paymentId} AND provider = ${provider}::payment_provider`);
    return asked > 0;
  }

  /** It is decided at the provider: there is nothing left to ask. */
  async askNoMore(paymentId: string): Promise<void> {
    await this.database.execute(Prisma.sql`UPDATE payments SET next_check_at = NULL WHERE id = ${paymentId}`);
  }

  /** Money has come that events may have waited for. */
  async wakeEventsAbout(transactionId: string): Promise<void> {
    await this.database.execute(wake(transactionId, this.clock.now()));
  }

  /**
   * Writes what an attempt has come to, on payment and session at once, and wakes the events that waited for its money. The caller holds
   * both rows.
   */
  async conclude({ paymentId, sessionId }: AttemptRow, to: Conclusion): Promise<void> {
    const { sessionStatus, failureReason = null, providerReference = null, undecided = false, paid } = to;
    const now = this.clock.now();
    const open = isOpen(sessionStatus);
    await this.database.execute(Prisma.sql`
      WITH session AS (
        UPDATE payment_sessions SET status = ${sessionStatus}::payment_session_status, failure_reason = ${failureReason},
          completed_at = ${sessionStatus === 'COMPLETED' ? now : null}
        WHERE id = ${sessionId}
      ), woken AS (
        ${wake(paid?.transactionId ?? null, now)}
      )${paid?.earned ? Prisma.sql`, earned AS (${paid.earned})` : Prisma.empty}
      UPDATE payments SET status = ${paid ? 'COMPLETED' : paymentStatusOf[sessionStatus]}::payment_status, failure_reason = ${failureReason},
        provider_reference = coalesce(provider_reference, ${providerReference}),
        transaction_id = coalesce(${paid?.transactionId ?? null}, transaction_id),
        receipt = coalesce(${paid?.receipt ?? null}, receipt), completed_at = ${paid ? now : null}, buyer_country = ${paid?.buyerCountry ?? null},
        received_amount = ${paid?.misfit?.minor ?? null}::bigint, received_currency = ${paid?.misfit?.currency ?? null},
        movements_check_at = CASE WHEN ${paid?.movementsFollow ?? false} THEN ${now}::timestamptz ELSE movements_check_at END,
        next_check_at = CASE WHEN ${open || undecided} THEN next_check_at END, redirect_url = CASE WHEN ${open} THEN redirect_url END
      WHERE id = ${paymentId}`);
  }
}

/** The row in the words of the port. */
export function toAttempt(row: AttemptRow): Attempt {
  return { ...row, total: Money.of(row.total, row.currency), reference: row.providerReference };
}

/** Events that were heard of before their money are looked at again. */
function wake(transactionId: string | null, now: Date): Prisma.Sql {
  return Prisma.sql`
    UPDATE provider_events SET status = 'RECEIVED', available_at = ${now}
    WHERE status IN ('RECEIVED', 'UNMATCHED') AND waits_for = ${transactionId}`;
}
