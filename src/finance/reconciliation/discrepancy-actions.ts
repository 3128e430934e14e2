import type { DiscrepancyAction, DiscrepancyKind } from '../../platform/database/index.js';
import type { Finding } from './compare.js';

/** What can be done about a discrepancy, by hand: everything but to wait. */
export const RESOLUTIONS = [
  'ASK_PROVIDER',
  'BOOK_UNIDENTIFIED',
  'BOOK_DIFFERENCE',
  'BOOK_FEE',
  'WRITE_OFF',
  'TAKE_BACK',
  'RETURN_PAYOUT',
] as const satisfies DiscrepancyAction[];
export type Resolution = (typeof RESOLUTIONS)[number];

/** What is known about a matter besides the difference. */
export interface Circumstances {
  /** We know what to ask the provider about, and have not done so yet. */
  readonly askable: boolean;
  readonly asked: boolean;
  /** It is not long since it was booked. */
  readonly recent: boolean;
  /** An earlier resolution of the same matter is exactly what is too much now. */
  readonly superseded: boolean;
  /** It is a payout that came back whole, and the books have it as paid. */
  readonly cameBack: boolean;
}

/** In the order in which they are proposed, once those that do not apply are left out. */
const actions: Record<DiscrepancyKind, readonly DiscrepancyAction[]> = {
  MISSING_HERE: ['RETURN_PAYOUT', 'ASK_PROVIDER', 'BOOK_UNIDENTIFIED', 'WRITE_OFF'],
  MISSING_THERE: ['WAIT', 'WRITE_OFF'],
  AMOUNT: ['BOOK_DIFFERENCE', 'BOOK_UNIDENTIFIED'],
  CURRENCY: ['BOOK_DIFFERENCE'],
  DUPLICATE: ['ASK_PROVIDER', 'BOOK_UNIDENTIFIED', 'BOOK_DIFFERENCE'],
  FEE: ['BOOK_FEE'],
};

/** What may be done, the best first: that is what is proposed. */
export function possibleActions(kind: DiscrepancyKind, about: Circumstances): DiscrepancyAction[] {
  const applies: Partial<Record<DiscrepancyAction, boolean>> = {
    ASK_PROVIDER: about.askable,
    RETURN_PAYOUT: about.cameBack,
  };
  const possible = actions[kind].filter((action) => applies[action] ?? true);
  const ordered = about.asked ? [...without(possible, 'ASK_PROVIDER'), ...possible.filter(isAsking)] : possible;
  const patient = about.recent ? ordered : without(ordered, 'WAIT');
  return about.superseded ? ['TAKE_BACK', ...patient] : patient;
}

function without(list: readonly DiscrepancyAction[], action: DiscrepancyAction): DiscrepancyAction[] {
  return list.filter((one) => one !== action);
}

function isAsking(action: DiscrepancyAction): boolean {
  return action === 'ASK_PROVIDER';
}

/** The matter in words, such as "charge pi_3…". */
export function matterInWords({ matter, reference }: Pick<Finding, 'matter' | 'reference'>): string {
  return `${matter.toLowerCase().replaceAll('_', ' ')} ${reference}`;
}
