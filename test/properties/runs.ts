/*
 * A property that fails prints seed, path and replayPath; it is run again with FC_SEED, FC_PATH and FC_REPLAY in the environment. FC_RUNS is
 * how many samples are tried.
 */

const { FC_RUNS, FC_SEED, FC_PATH, FC_REPLAY } = process.env;

/** For `fc.assert`: so many samples, unless told otherwise. */
export const parameters = (numRuns: number) => ({
  numRuns: FC_RUNS ? Number(FC_RUNS) : numRuns,
  ...(FC_SEED && { seed: Number(FC_SEED) }),
  ...(FC_PATH && { path: FC_PATH }),
});

/** For `fc.commands`. */
export const replay = FC_REPLAY ? { replayPath: FC_REPLAY } : {};
