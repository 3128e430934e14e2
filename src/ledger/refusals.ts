import { databaseFailure } from '../platform/database/index.js';

/** The SQLSTATEs that the ledger's functions, triggers and constraints raise. */
const sqlStates = {
  unbalanced: 'LG001',
  empty: 'LG002',
  alreadyPosted: 'LG003',
  otherContent: 'LG004',
  periodClosed: 'LG005',
  noAccount: 'LG006',
  notExactlyReversed: 'LG009',
} as const;

/** The CHECKs that a caller may run into: an account would fall below its floor; a capture is beyond its hold. */
const checks = {
  insufficient: 'ledger_accounts_floor',
  moreThanHeld: 'ledger_holds_captured',
} as const;

export type LedgerRule = keyof typeof sqlStates | keyof typeof checks | 'alreadyReversed';

/** The ledger refused. `insufficient` and `noAccount` are for the caller to put in words; the rest are defects. */
export class LedgerRefusal extends Error {
  constructor(
    readonly rule: LedgerRule,
    message: string,
  ) {
    super(message);
    this.name = 'LedgerRefusal';
  }
}

/** Runs a statement of the ledger; what the database refuses becomes a LedgerRefusal. */
export async function refusing<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    const rule = ruleOf(error);
    throw rule ? new LedgerRefusal(rule, databaseFailure(error)?.message ?? rule) : error;
  }
}

function ruleOf(error: unknown): LedgerRule | undefined {
  const failure = databaseFailure(error);
  if (failure?.code === '23514')
    return (Object.keys(checks) as (keyof typeof checks)[]).find((rule) => failure.message.includes(checks[rule]));
  return (Object.keys(sqlStates) as (keyof typeof sqlStates)[]).find((rule) => sqlStates[rule] === failure?.code);
}
