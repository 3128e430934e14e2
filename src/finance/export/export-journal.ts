import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { type EntryWithPostings, type JournalRange, ReadJournal } from '../../ledger/index.js';
import { toHledger } from './hledger.js';

export const JOURNAL_FORMATS = ['csv', 'hledger'] as const;
export type JournalFormat = (typeof JOURNAL_FORMATS)[number];

const columns = [
  'entryId',
  'effectiveAt',
  'postedAt',
  'kind',
  'reference',
  'objectType',
  'objectId',
  'actor',
  'reverses',
  'account',
  'currency',
  'amount',
];

/** The whole journal as a stream, of one snapshot, oldest first; however long it is, only a few entries are in memory. */
@Injectable()
export class ExportJournal {
  constructor(private readonly journal: ReadJournal) {}

  execute(format: JournalFormat, range: JournalRange): Readable {
    const entries = this.journal.stream(range);
    if (format === 'hledger') return Readable.from(toHledger(entries));
    // Amounts are integers in minor units; a text that a spreadsheet would run as a formula is defused.
    return entries.flatMap(rows).pipe(stringify({ header: true, columns, escape_formulas: true }));
  }
}

function rows({ postings, ...entry }: EntryWithPostings): string[][] {
  return postings.map(({ account, currency, amount }) => [
    entry.id,
    entry.effectiveAt.toISOString(),
    entry.postedAt.toISOString(),
    entry.kind,
    entry.reference,
    entry.objectType,
    entry.objectId,
    entry.actor,
    entry.reverses ?? '',
    account,
    currency,
    amount.toString(),
  ]);
}
