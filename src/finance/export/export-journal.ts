import { pipeline, Readable } from 'node:stream';
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
    const csv = stringify({ header: true, columns, escape_formulas: true });
    // Not `pipe`: a reader that goes away must end the snapshot behind it, and a failure there must not look like the end of the file.
    // What went wrong is an error of the stream that is answered, and heard there.
    return pipeline(entries, rows, csv, () => undefined);
  }
}

async function* rows(entries: AsyncIterable<EntryWithPostings>): AsyncGenerator<(string | bigint)[]> {
  for await (const entry of entries) yield* rowsOf(entry);
}

/** Amounts are integers in minor units, and stay numbers: a text that a spreadsheet would run as a formula is defused, so a `-` too. */
function rowsOf({ postings, ...entry }: EntryWithPostings): (string | bigint)[][] {
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
    amount,
  ]);
}
