import type { Links } from './links.js';
import type { Database } from '../../platform/database/index.js';

/** Who reads it. */
export interface Reader {
  readonly name: string;
  /** IANA zone of the times in it. */
  readonly timeZone: string;
}

/** What a template puts into its text, all ready to be read; what is undefined or false is left out. */
export type Words = Readonly<Record<string, string | boolean | undefined>>;

/** Reads what an e-mail is about. Undefined when there is nothing to tell any more. */
export type Letter = (database: Database, objectId: string, reader: Reader, links: Links) => Promise<Words | undefined>;
