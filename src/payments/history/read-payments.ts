import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { toRefund } from '../refunds/to-refund.js';
import type { PaymentDto, PaymentListQuery } from './payments.dto.js';

const include = {
  session: { select: { itemKind: true, itemId: true, title: true } },
  refunds: { orderBy: { id: 'asc' } },
} as const;

/** Payments, newest first. */
@Injectable()
export class ReadPayments {
  constructor(private readonly database: Database) {}

  history(userId: string, query: PaymentListQuery): Promise<Page<PaymentDto>> {
    return this.list({ userId, status: query.status }, query);
  }

  all(query: PaymentListQuery): Promise<Page<PaymentDto>> {
    return this.list({ status: query.status }, query);
  }

  /** @throws not found for somebody else's payment */
  async one(id: string, principal: Principal): Promise<PaymentDto> {
    const payment = await this.database.client.payment.findUnique({
      where: { id },
      include,
      relationLoadStrategy: 'join',
    });
    if (!payment || !mayActFor(principal, payment.userId)) throw notFound('Payment');
    return toPayment(payment);
  }

  private async list(where: Prisma.PaymentWhereInput, query: PaymentListQuery): Promise<Page<PaymentDto>> {
    const [payments, total] = await Promise.all([
      this.database.client.payment.findMany({
        where,
        include,
        orderBy: { id: 'desc' },
        ...window(query),
        relationLoadStrategy: 'join',
      }),
      this.database.client.payment.count({ where }),
    ]);
    return toPage(payments.map(toPayment), total, query);
  }
}

function toPayment(payment: Prisma.PaymentGetPayload<{ include: typeof include }>): PaymentDto {
  const { itemKind, itemId, title } = payment.session;
  return {
    id: payment.id,
    sessionId: payment.sessionId,
    userId: payment.userId,
    item: { kind: itemKind, id: itemId, title },
    status: payment.status,
    provider: payment.provider,
    transactionId: payment.transactionId,
    receipt: payment.receipt,
    amount: toJsonAmount(payment.amount),
    discount: toJsonAmount(payment.discount),
    tax: toJsonAmount(payment.tax),
    total: toJsonAmount(payment.total),
    currency: payment.currency,
    receivedAmount: payment.receivedAmount === null ? null : toJsonAmount(payment.receivedAmount),
    receivedCurrency: payment.receivedCurrency,
    refundedAmount: toJsonAmount(givenBack(payment.refunds)),
    disputedAmount: toJsonAmount(payment.disputedAmount),
    refunds: payment.refunds.map(toRefund),
    failureReason: payment.failureReason,
    createdAt: payment.createdAt,
    completedAt: payment.completedAt,
  };
}

function givenBack(refunds: readonly { status: string; amount: bigint }[]): bigint {
  const live = refunds.filter(({ status }) => status === 'PENDING' || status === 'SUCCEEDED');
  return live.reduce((sum, { amount }) => sum + amount, 0n);
}
