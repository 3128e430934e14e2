import type { Database, DisputeStatus } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { inWords, moment } from './wording.js';

const outcomes: Record<DisputeStatus, { outcome: string; meaning: string }> = {
  WON: { outcome: 'won', meaning: 'The bank has decided for us. The money is ours again.' },
  LOST: { outcome: 'lost', meaning: 'The bank has decided for the buyer. The money is gone for good.' },
  CLOSED: { outcome: 'closed', meaning: 'It came to nothing. No money was taken by it.' },
  INQUIRY: { outcome: 'open again', meaning: 'The bank asks again.' },
  NEEDS_RESPONSE: { outcome: 'open again', meaning: 'The bank waits for evidence.' },
  UNDER_REVIEW: { outcome: 'open again', meaning: 'The bank looks at the evidence.' },
};

export async function disputeOpened(database: Database, disputeId: string, reader: Reader): Promise<Words> {
  return words(database, disputeId, reader);
}

export async function disputeClosed(database: Database, disputeId: string, reader: Reader): Promise<Words> {
  return words(database, disputeId, reader);
}

async function words(database: Database, disputeId: string, { timeZone }: Reader): Promise<Words> {
  const { payment, ...dispute } = await database.client.dispute.findUniqueOrThrow({
    where: { id: disputeId },
    include: { payment: { include: { session: true } } },
    relationLoadStrategy: 'join',
  });
  return {
    ...outcomes[dispute.status],
    title: payment.session.title,
    amount: inWords(dispute.amount, dispute.currency),
    inquiry: dispute.status === 'INQUIRY',
    reason: dispute.reason.replaceAll('_', ' '),
    dueBy: dispute.dueBy ? moment(dispute.dueBy, timeZone) : undefined,
    openedAt: moment(dispute.openedAt, timeZone),
    closedAt: dispute.closedAt ? moment(dispute.closedAt, timeZone) : undefined,
    provider: payment.provider,
    externalId: dispute.externalId,
    paymentId: payment.id,
    buyerId: payment.userId,
    disputeId,
  };
}
