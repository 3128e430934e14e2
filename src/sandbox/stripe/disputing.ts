import type Stripe from 'stripe';
import type { Account } from './account.js';
import { book, type Movement } from './balance-transactions.js';
import { dueBy, knownEvidence, newDispute } from './dispute-object.js';
import { idOf } from './ids.js';
import { cardCharged } from './test-cards.js';

export interface DisputeOrder {
  /** The bank only asks: nothing is withdrawn, and the charge can be refunded. */
  inquiry?: boolean;
  /** All that was not refunded unless told. */
  amount?: number;
  /** `fraudulent` unless told. */
  reason?: string;
}

type Status = Stripe.Dispute.Status;
type Step = 'submit' | 'win' | 'lose' | 'escalate' | 'closeInquiry';

/** What can become of a dispute: from → to. Everything else is refused. */
const steps: Record<Step, Partial<Record<Status, Status>>> = {
  submit: { needs_response: 'under_review', warning_needs_response: 'warning_under_review' },
  win: { under_review: 'won' },
  lose: { needs_response: 'lost', under_review: 'lost' },
  escalate: { warning_needs_response: 'needs_response', warning_under_review: 'needs_response' },
  closeInquiry: { warning_needs_response: 'warning_closed', warning_under_review: 'warning_closed' },
};
const closed: Status[] = ['lost', 'prevented', 'warning_closed', 'won'];

/** Stripe's words in evidence with which its test mode decides, and what they lead to. */
const magicWords = new Map<string | null, (account: Account, id: string) => unknown>([
  ['winning_evidence', (account, id) => (isInquiry(account, id) ? closeInquiry(account, id) : winDispute(account, id))],
  ['losing_evidence', (account, id) => (isInquiry(account, id) ? closeInquiry(account, id) : loseDispute(account, id))],
  ['escalate_inquiry_evidence', (account, id) => isInquiry(account, id) && escalateInquiry(account, id)],
]);

const feeOfDispute = { of: () => 1500, description: 'Dispute fee' };

/** The customer's bank takes it up. A chargeback is withdrawn from the balance at once, with a fee. */
export function openDispute(account: Account, charge: Stripe.Charge, order: DisputeOrder): Stripe.Dispute {
  const { disputes, charges } = account.store;
  const left = charge.amount_captured - charge.amount_refunded;
  const { inquiry = false, amount = left, reason = 'fraudulent' } = order;
  const open = disputes.filter((dispute) => dispute.charge === charge.id && !closed.includes(dispute.status))[0];
  if (charge.status !== 'succeeded' || !charge.captured) throw new Error(`Charge ${charge.id} was not paid.`);
  if (open) throw new Error(`Charge ${charge.id} is disputed already: ${open.id}`);
  if (!Number.isInteger(amount) || amount < 1 || amount > left) {
    throw new Error(`Charge ${charge.id} can be disputed for 1 to ${left} ${charge.currency}, not for ${amount}.`);
  }
  const dispute = disputes.put(newDispute(charge, { inquiry, amount, reason }, account.now()));
  charges.update(charge.id, { disputed: true });
  account.record('charge.dispute.created', dispute);
  // Stripe fills in a moment later what it knows of the customer.
  disputes.update(dispute.id, { evidence: { ...dispute.evidence, ...knownEvidence(charge) } });
  return inquiry ? disputes.get(dispute.id) : withdraw(account, dispute.id);
}

/** Some test cards dispute what they have just paid. Returns the charge as it is then. */
export function disputeByCard(account: Account, charge: Stripe.Charge): Stripe.Charge {
  const dispute = cardCharged(charge)?.dispute;
  if (dispute) openDispute(account, charge, dispute);
  return account.store.charges.get(charge.id);
}

/** Evidence that is submitted goes to the bank, which decides later (see `decideDisputes`). */
export function giveEvidence(
  account: Account,
  id: string,
  changes: Pick<Partial<Stripe.Dispute>, 'evidence' | 'metadata'>,
  submit: boolean,
  request?: Stripe.Event.Request,
): Stripe.Dispute {
  const before = account.store.disputes.get(id);
  const { evidence_details: details } = before;
  const submitted = {
    status: steps.submit[before.status] ?? before.status,
    evidence_details: {
      ...details,
      has_evidence: true,
      submission_count: details.submission_count + 1,
      submission_method: 'manual' as const,
    },
  };
  const staged = { evidence_details: { ...details, has_evidence: true } };
  const about = submit ? submitted : changes.evidence ? staged : {};
  if (Object.keys({ ...changes, ...about }).length === 0) return before;
  const dispute = account.store.disputes.update(id, { ...changes, ...about });
  const previous = Object.fromEntries(
    Object.keys({ ...changes, ...about }).map((key) => [key, before[key as keyof Stripe.Dispute]]),
  );
  account.record('charge.dispute.updated', dispute, { previous, request });
  if (submit) recordCharge(account, dispute, request);
  return dispute;
}

/** What the bank thinks of the evidence that was submitted, where it says so in Stripe's magic words. */
export function decideDisputes(account: Account): void {
  const waiting = account.store.disputes.filter(({ status }) => status.endsWith('under_review'));
  for (const { id, evidence } of waiting) magicWords.get(evidence.uncategorized_text)?.(account, id);
}

/** The bank decides for the shop: the money comes back, the fee does not. */
export function winDispute(account: Account, id: string): Stripe.Dispute {
  // Nobody wins without having answered.
  if (account.store.disputes.get(id).status === 'needs_response') giveEvidence(account, id, {}, true);
  const dispute = move(account, id, 'win', { is_charge_refundable: true });
  const reinstated = addMovement(account, dispute, {
    amount: dispute.amount,
    category: 'dispute_reversal',
    description: `Chargeback reversal for ${idOf(dispute.charge)}`,
    availableAt: 'settlement',
  });
  account.record('charge.dispute.funds_reinstated', reinstated);
  account.record('charge.dispute.closed', reinstated);
  return reinstated;
}

/** The bank decides for its customer, or the time to answer is over: what was withdrawn is gone. */
export function loseDispute(account: Account, id: string): Stripe.Dispute {
  const lost = move(account, id, 'lose', {});
  account.record('charge.dispute.closed', lost);
  return lost;
}

/** The shop gives in. */
export function acceptDispute(account: Account, id: string, request?: Stripe.Event.Request): Stripe.Dispute {
  const lost = move(account, id, 'lose', {});
  account.record('charge.dispute.closed', lost, { request });
  recordCharge(account, lost, request);
  return lost;
}

/** The bank is not content with the answer to its inquiry: from now on it is a chargeback like any other. */
export function escalateInquiry(account: Account, id: string): Stripe.Dispute {
  const before = account.store.disputes.get(id);
  const method = before.payment_method_details;
  const card = method?.card && { ...method.card, case_type: 'chargeback' };
  const escalated = move(account, id, 'escalate', {
    evidence_details: { ...before.evidence_details, due_by: dueBy(account.now()) },
    is_charge_refundable: false,
    ...(method && card && { payment_method_details: { ...method, card } }),
  });
  const { evidence_details: details, is_charge_refundable: refundable, status } = before;
  const previous = {
    evidence_details: details,
    is_charge_refundable: refundable,
    payment_method_details: method,
    status,
  };
  account.record('charge.dispute.updated', escalated, { previous });
  return withdraw(account, id);
}

/** The inquiry ends without a chargeback. */
export function closeInquiry(account: Account, id: string): Stripe.Dispute {
  const done = move(account, id, 'closeInquiry', {});
  account.record('charge.dispute.closed', done);
  return done;
}

export function isClosed({ status }: Stripe.Dispute): boolean {
  return closed.includes(status);
}

function isInquiry(account: Account, id: string): boolean {
  return account.store.disputes.get(id).status.startsWith('warning_');
}

function move(account: Account, id: string, step: Step, changes: Partial<Stripe.Dispute>): Stripe.Dispute {
  const { status } = account.store.disputes.get(id);
  const next = steps[step][status];
  if (next === undefined) throw new Error(`Dispute ${id} is ${status}: there is no way to ${step} it.`);
  return account.store.disputes.update(id, { ...changes, status: next });
}

function withdraw(account: Account, id: string): Stripe.Dispute {
  const dispute = account.store.disputes.get(id);
  const withdrawn = addMovement(account, dispute, {
    amount: -dispute.amount,
    category: 'dispute',
    description: `Chargeback withdrawal for ${idOf(dispute.charge)}`,
    fee: feeOfDispute,
    availableAt: 'once',
  });
  account.record('charge.dispute.funds_withdrawn', withdrawn);
  return withdrawn;
}

function addMovement(
  account: Account,
  { id, currency, balance_transactions: before }: Stripe.Dispute,
  movement: Omit<Movement, 'source' | 'currency' | 'type'>,
): Stripe.Dispute {
  const transaction = book(account, { ...movement, source: id, currency, type: 'adjustment' });
  return account.store.disputes.update(id, { balance_transactions: [...before, transaction] });
}

/** Recorded: the charge is announced as well, although nothing that it shows has changed. */
function recordCharge(account: Account, { charge }: Stripe.Dispute, request?: Stripe.Event.Request): void {
  account.record('charge.updated', account.store.charges.get(idOf(charge)), { request });
}
