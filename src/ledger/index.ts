export { accounts, type AccountRef } from './accounts.js';
export { LedgerModule } from './ledger.module.js';
export { credit, debit, type Leg, LedgerRefusal, type LedgerRule, type NewEntry, PostEntry } from './post-entry.js';
export { type AccountBalance, type CurrencyTotals, type EntryWithPostings, ReadLedger } from './read-ledger.js';
