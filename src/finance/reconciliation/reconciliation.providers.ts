import { mustHold } from '../../ledger/index.js';
import { BookLines } from './book-lines.js';
import { FindDifferences } from './find-differences.js';
import { ImportStatement } from './import-statement.js';
import { KeepLines } from './keep-lines.js';
import { LookAround } from './look-around.js';
import { PayoutsAtHand } from './payouts-at-hand.js';
import { ProviderLock } from './provider-lock.js';
import { ReadDiscrepancies } from './read-discrepancies.js';
import { ReadSides } from './read-sides.js';
import { ReconcileNightly } from './reconcile-nightly.js';
import { reconciliationRules } from './reconciliation-rules.js';
import { RecordDifferences } from './record-differences.js';
import { ResolveDiscrepancy } from './resolve-discrepancy.js';
import { RunReconciliation } from './run-reconciliation.js';

/** Providers' statements against the ledger. */
export const reconciliation = [
  KeepLines,
  BookLines,
  ReadSides,
  FindDifferences,
  LookAround,
  PayoutsAtHand,
  RecordDifferences,
  ProviderLock,
  RunReconciliation,
  ImportStatement,
  ReconcileNightly,
  ResolveDiscrepancy,
  ReadDiscrepancies,
  mustHold(reconciliationRules),
];
