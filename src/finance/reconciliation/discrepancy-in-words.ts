import type { DiscrepancyKind } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import type { Finding } from './compare.js';
import { matterInWords } from './discrepancy-actions.js';

const beginnings: Record<DiscrepancyKind, string> = {
  MISSING_HERE: 'The books do not have',
  MISSING_THERE: 'The statement does not have',
  AMOUNT: 'There are two amounts of',
  CURRENCY: 'There are two currencies of',
  DUPLICATE: 'The statement has more than once',
  FEE: 'There are two fees of',
};

/** One sentence for who has to decide: what is wrong, and what each side says. */
export function discrepancyInWords({
  kind,
  matter,
  reference,
  sums,
}: Pick<Finding, 'kind' | 'matter' | 'reference' | 'sums'>): string {
  const sides = sums.map((sum) => {
    const money = (minor: bigint) => Money.of(minor, sum.currency).toString();
    const fees = sum.statedFee === sum.bookedFee ? '' : ` (fees: ${money(sum.statedFee)} and ${money(sum.bookedFee)})`;
    return `${money(sum.stated)} on the statement, ${money(sum.booked)} in the books${fees}`;
  });
  const isAnother = kind === 'DUPLICATE' && sums.every(({ booked }) => booked === 0n);
  const beginning = isAnother ? 'The statement has, for a payment that is booked already,' : beginnings[kind];
  return `${beginning} ${matterInWords({ matter, reference })}: ${sides.join('; ')}`;
}
