import { Module } from '@nestjs/common';
import { PlaceHold, ResolveHold } from './holds.js';
import { PostEntry } from './post-entry.js';
import { ReadJournal } from './reading/read-journal.js';
import { ReadLedger } from './reading/read-ledger.js';
import { ReadWallets } from './reading/read-wallets.js';
import { ReverseEntry } from './reverse-entry.js';
import { ClosePeriod } from './upkeep/close-period.js';
import { FoldDeltas } from './upkeep/fold-deltas.js';
import { Invariants } from './upkeep/invariants.js';

const operations = [
  PostEntry,
  PlaceHold,
  ResolveHold,
  ReverseEntry,
  ReadLedger,
  ReadJournal,
  ReadWallets,
  Invariants,
  ClosePeriod,
];

@Module({ providers: [...operations, FoldDeltas], exports: operations })
export class LedgerModule {}
