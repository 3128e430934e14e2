import { Module } from '@nestjs/common';
import { PostEntry } from './post-entry.js';
import { ReadLedger } from './read-ledger.js';

@Module({ providers: [PostEntry, ReadLedger], exports: [PostEntry, ReadLedger] })
export class LedgerModule {}
