import { Module } from '@nestjs/common';
import { BearReversal } from './bear-reversal.js';
import { PlaceHold, ResolveHold } from './holds.js';
import { LockAccount } from './lock-account.js';
import { PostEntry } from './post-entry.js';
import { ReadJournal } from './reading/read-journal.js';
import { ReadLedger } from './reading/read-ledger.js';
import { ReadReceivables } from './reading/read-receivables.js';
import { ReadWallets } from './reading/read-wallets.js';
import { RecogniseDays } from './recognition/recognise-days.js';
import { recognitionRules } from './recognition/recognition-rules.js';
import { Recognition } from './recognition/recognition.js';
import { ReverseEntry } from './reverse-entry.js';
import { ClosePeriod } from './upkeep/close-period.js';
import { FoldDeltas } from './upkeep/fold-deltas.js';
import { Invariants } from './upkeep/invariants.js';
import { ledgerRules } from './upkeep/ledger-rules.js';
import { mustHold } from './upkeep/must-hold.js';

const operations = [
  PostEntry,
  PlaceHold,
  ResolveHold,
  ReverseEntry,
  LockAccount,
  BearReversal,
  ReadLedger,
  ReadJournal,
  ReadWallets,
  ReadReceivables,
  Invariants,
  ClosePeriod,
  Recognition,
];

@Module({
  providers: [...operations, FoldDeltas, RecogniseDays, mustHold(ledgerRules), mustHold(recognitionRules)],
  exports: operations,
})
export class LedgerModule {}
