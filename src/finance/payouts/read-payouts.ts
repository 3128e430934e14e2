import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { PayoutRow } from './begin-payout.js';
import type { PayoutAccountRow } from './payout-accounts.js';
import type { PayoutAccountDto, PayoutDto, PayoutQuery } from './payouts.dto.js';

@Injectable()
export class ReadPayouts {
  constructor(private readonly database: Database) {}

  /** One's own; for an admin everybody's, or one instructor's. */
  async list({ status, instructorId, ...page }: PayoutQuery, principal: Principal): Promise<Page<PayoutDto>> {
    const where = { status, payeeId: isAdmin(principal) ? instructorId : principal.userId };
    const [payouts, total] = await Promise.all([
      this.database.client.payout.findMany({ where, orderBy: { id: 'desc' }, ...window(page) }),
      this.database.client.payout.count({ where }),
    ]);
    return toPage(payouts.map(toPayout), total, page);
  }
}

export function toPayoutAccount({
  provider,
  externalId,
  ready,
  reason,
  updatedAt,
}: PayoutAccountRow): PayoutAccountDto {
  return { provider, externalId, ready, reason, updatedAt };
}

export function toPayout({ payeeId, amount, ...payout }: PayoutRow): PayoutDto {
  const {
    id,
    currency,
    provider,
    status,
    requestedBy,
    decidedBy,
    reason,
    externalId,
    failureReason,
    createdAt,
    settledAt,
  } = payout;
  return {
    ...{
      id,
      instructorId: payeeId,
      amount: toJsonAmount(amount),
      currency,
      provider,
      status,
      requestedBy,
      decidedBy,
      reason,
    },
    ...{ externalId, failureReason, createdAt, settledAt },
  };
}
