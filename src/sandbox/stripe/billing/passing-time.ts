import type { Account } from '../account.js';
import { idOf } from '../ids.js';
import { collect } from './collecting.js';
import { expireIncomplete } from './ending.js';
import { finalize, subscriptionOf } from './invoicing.js';
import { endPhase, phaseEnd } from './phases.js';
import type { Subscription } from './records.js';
import { endPeriod, tellUpcoming } from './renewing.js';
import { periodOf } from './subscription-object.js';

/** Something that happens by itself. */
interface Due {
  at: number;
  happen: () => void;
}
/** Up to when things happen that live on a test clock, or on the account's own (null); undefined where nothing does. */
type Limits = (testClock: string | null) => number | undefined;

const day = 24 * 60 * 60;
const [trialToldBefore, upcomingToldBefore, incompleteFor] = [3 * day, 7 * day, 23 * 60 * 60];
const living = ['active', 'incomplete', 'past_due', 'trialing', 'unpaid'];

/** Lets happen what is due: on the account's clock until now, on a test clock until the time at which it stands. */
export function billWhatIsDue(account: Account): void {
  if (account.store.subscriptions.all().length === 0) return;
  pass(account, (clock) => (clock === null ? account.now() : account.store.testClocks.find(clock)?.frozen_time));
}

/** Lets everything of one test clock happen until then, and the clock go with it. */
export function passOn(account: Account, clock: string, until: number): void {
  pass(account, (other) => (other === clock ? until : undefined));
}

/** One thing after another, each at its own moment: what one of them brings about can be the next. */
function pass(account: Account, limits: Limits): void {
  for (let next = nextDue(account, limits); next; next = nextDue(account, limits)) {
    const { at, clock, happen } = next;
    if (clock !== null) {
      const { frozen_time: before } = account.store.testClocks.get(clock);
      account.store.testClocks.update(clock, { frozen_time: Math.max(before, at) });
    }
    account.at(at, happen);
    if (clock === null) account.at(at, () => account.whenPassed());
  }
}

function nextDue(account: Account, limits: Limits): (Due & { clock: string | null }) | undefined {
  const { invoices, subscriptions } = account.store;
  let first: (Due & { clock: string | null }) | undefined;
  const consider = (found: (Due | undefined)[], testClock: Subscription['test_clock']) => {
    const clock = testClock === null ? null : idOf(testClock);
    const limit = limits(clock);
    for (const due of found) {
      if (due && limit !== undefined && due.at <= limit && (!first || due.at < first.at)) first = { ...due, clock };
    }
  };
  for (const invoice of invoices.filter(({ auto_advance: goesOn }) => goesOn === true)) {
    const { id, automatically_finalizes_at: finalizes, next_payment_attempt: attempt, status } = invoice;
    if (status === 'draft' && finalizes !== null) {
      consider([{ at: finalizes, happen: () => finalizeAndCollect(account, id) }], invoice.test_clock);
    }
    if (status === 'open' && attempt !== null) {
      consider([{ at: attempt, happen: () => void collect(account, id) }], invoice.test_clock);
    }
  }
  for (const subscription of subscriptions.filter(({ status }) => living.includes(status))) {
    consider(dueOf(account, subscription), subscription.test_clock);
  }
  return first;
}

/** What stands before a subscription. At the same moment, a phase ends before the period does. */
function dueOf(account: Account, subscription: Subscription): (Due | undefined)[] {
  const { id, created, status, trial_end: trialEnd } = subscription;
  const now = () => account.store.subscriptions.get(id);
  if (status === 'incomplete') {
    return [{ at: created + incompleteFor, happen: () => expireIncomplete(account, now()) }];
  }
  const { start, end } = periodOf(subscription);
  const notes = account.store.billingNotes.find(id);
  const phase = phaseEnd(account, subscription);
  const note = (told: object) =>
    account.store.billingNotes.put({ ...account.store.billingNotes.find(id), id, ...told });
  return [
    phase === null ? undefined : { at: phase, happen: () => endPhase(account, now()) },
    status === 'trialing' && trialEnd !== null && notes?.trialEndTold !== trialEnd
      ? {
          at: Math.max(created, trialEnd - trialToldBefore),
          happen() {
            note({ trialEndTold: trialEnd });
            account.record('customer.subscription.trial_will_end', now());
          },
        }
      : undefined,
    // A period that is shorter is told of by its invoice alone.
    !subscription.cancel_at_period_end && end - upcomingToldBefore > start && notes?.upcomingTold !== end
      ? {
          at: end - upcomingToldBefore,
          happen() {
            note({ upcomingTold: end });
            tellUpcoming(account, now());
          },
        }
      : undefined,
    { at: end, happen: () => endPeriod(account, now()) },
  ];
}

function finalizeAndCollect(account: Account, id: string): void {
  finalize(account, id);
  const subscription = subscriptionOf(account, account.store.invoices.get(id));
  if (subscription?.ended_at === null) collect(account, id);
}
