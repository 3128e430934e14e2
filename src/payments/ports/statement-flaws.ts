/** One thing that keeps a statement from being read. */
export interface StatementFlaw {
  /** Line of the file, from 1; undefined for what is wrong with all of it. */
  readonly line?: number;
  readonly detail: string;
}

/** A file is no statement of its provider, or one that cannot be read whole: nothing of it is kept. */
export class StatementFlaws extends Error {
  constructor(readonly flaws: readonly StatementFlaw[]) {
    super(flaws.map(({ line, detail }) => (line === undefined ? detail : `Line ${line}: ${detail}`)).join('; '));
    this.name = 'StatementFlaws';
  }
}
