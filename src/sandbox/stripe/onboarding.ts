import type Stripe from 'stripe';
import type { Account } from './account.js';
import { requirements, testBankAccount, type ConnectedAccount } from './connected-account-object.js';
import { idFrom } from './ids.js';

export type DisabledReason = Stripe.Account.Requirements.DisabledReason;
export type RejectionReason = 'fraud' | 'terms_of_service' | 'listed' | 'other';

const document = 'individual.verification.document';

/** The holder has filled in the form; Stripe believes them at once, or still looks at their papers. */
export function onboard(account: Account, id: string, { verified = true } = {}): ConnectedAccount {
  const before = openAccount(account, id);
  const { details_submitted: submitted, external_accounts: banks } = before;
  return change(account, id, {
    ...enabled(before, verified),
    business_type: before.business_type ?? 'individual',
    details_submitted: true,
    external_accounts: banks && { ...banks, data: submitted ? banks.data : [testBankAccount(before)] },
    requirements: verified ? requirements([], null) : requirements([], 'requirements.pending_verification', [document]),
    tos_acceptance: { ...before.tos_acceptance, date: before.tos_acceptance?.date ?? account.now() },
  });
}

/** Stripe wants more papers, or looks into the account: no money goes there until `onboard`. */
export function restrict(account: Account, id: string, reason: DisabledReason): ConnectedAccount {
  const before = openAccount(account, id);
  const wanting = reason === 'requirements.past_due' || reason === 'action_required.requested_capabilities';
  return change(account, id, {
    ...enabled(before, false, 'inactive'),
    requirements: requirements(wanting ? [document] : [], reason),
  });
}

/** For good. */
export function reject(account: Account, id: string, reason: RejectionReason): ConnectedAccount {
  const before = openAccount(account, id);
  return change(account, id, {
    ...enabled(before, false, 'inactive'),
    requirements: requirements([], `rejected.${reason}`),
  });
}

/** The account and the platform have nothing to do with each other any more: it cannot even be read. */
export function deauthorize(account: Account, id: string, request?: Stripe.Event.Request): void {
  const { connectedAccounts } = account.store;
  connectedAccounts.get(id);
  connectedAccounts.delete(id);
  const application: Stripe.Application = { id: idFrom('application', 'platform'), object: 'application', name: null };
  account.record('account.application.deauthorized', application, { request, overrides: { account: id } });
}

/** Told as an event of the connected account, which only Connect endpoints hear of. Nothing is told when nothing has changed. */
export function change(
  account: Account,
  id: string,
  changes: Partial<ConnectedAccount>,
  request?: Stripe.Event.Request,
  previousOf: Record<string, unknown> = {},
): ConnectedAccount {
  const before = account.store.connectedAccounts.get(id);
  const after = account.store.connectedAccounts.update(id, changes);
  const previous = Object.fromEntries(
    Object.entries(before).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(after, key))),
  );
  if (Object.keys(previous).length === 0) return after;
  account.record('account.updated', after, {
    previous: { ...previous, ...previousOf },
    request,
    overrides: { account: id },
  });
  return after;
}

export function isRejected({ requirements: { disabled_reason: reason } }: ConnectedAccount): boolean {
  return reason?.startsWith('rejected.') ?? false;
}

function openAccount(account: Account, id: string): ConnectedAccount {
  const found = account.store.connectedAccounts.get(id);
  if (isRejected(found)) throw new Error(`Account ${id} was rejected: there is nothing more to be done with it.`);
  return found;
}

function enabled(
  { capabilities }: Pick<ConnectedAccount, 'capabilities'>,
  on: boolean,
  otherwise: 'inactive' | 'pending' = 'pending',
): Pick<ConnectedAccount, 'capabilities' | 'charges_enabled' | 'payouts_enabled'> {
  const status = on ? 'active' : otherwise;
  return {
    capabilities: Object.fromEntries(Object.keys(capabilities).map((name) => [name, status])),
    charges_enabled: on,
    payouts_enabled: on,
  };
}
