import { Module } from '@nestjs/common';
import { PlaceHold, ResolveHold } from './holds.js';
import { PostEntry } from './post-entry.js';
import { ReverseEntry } from './reverse-entry.js';
import { ReadLedger } from './reading/read-ledger.js';
import { ReadJournal } from './reading/read-journal.js';
import { ReadWallets } from './reading/read-wallets.js';
import { ClosePeriod } from './upkeep/close-period.js';
import { FoldDeltas } from './upkeep/fold-deltas.js';
import { Invariants } from './upkeep/invariants.js';

@Module({
  providers: [
    PostEntry,
    PlaceHold,
    ResolveHold,
    ReverseEntry,
    ReadLedger,
    ReadJournal,
    ReadWallets,
    FoldDeltas,
    Invariants,
    ClosePeriod,
  ],
  exports: [
    PostEntry,
    PlaceHold,
    ResolveHold,
    ReverseEntry,
    ReadLedger,
    ReadJournal,
    ReadWallets,
    Invariants,
    ClosePeriod,
  ],
})
export class LedgerModule {}
