import { toJsonAmount } from '../../platform/money/index.js';
import type { RefundRow } from './conclude-refund.js';
import type { RefundDto } from './refunds.dto.js';

export function toRefund(refund: RefundRow): RefundDto {
  const {
    id,
    paymentId,
    status,
    currency,
    reason,
    destination,
    providerRefundId,
    failureReason,
    createdAt,
    settledAt,
  } = refund;
  const amount = toJsonAmount(refund.amount);
  return {
    id,
    paymentId,
    status,
    amount,
    currency,
    reason,
    destination,
    providerRefundId,
    failureReason,
    createdAt,
    settledAt,
  };
}
