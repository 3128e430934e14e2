export interface BenchOptions {
  /** A short run, to see that it works. */
  readonly quick: boolean;
  /** How many courses the lists have; theirs to choose unless told. */
  readonly courses?: number;
  /** How many people the leaderboard has; its own to choose unless told. */
  readonly players?: number;
}

/** What was measured, each figure under its name and unit. */
export type Figures = Record<string, string | number>;

/** One row of figures, or several by name. */
export type Bench = (options: BenchOptions) => Promise<Figures | Record<string, Figures>>;
