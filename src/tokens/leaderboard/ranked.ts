/** Where somebody stands: how many from the top on, and the rank, which those with the same score share. */
export interface Standing {
  readonly rank: number;
  readonly position: number;
  readonly score: bigint;
}

/**
 * Rows in their order with their ranks, which go on from the last one of the page before: whoever has the score of the one before has its rank
 * too, everybody else's is their position (1, 2, 2, 4).
 */
export function ranked<T extends { readonly score: bigint }>(rows: readonly T[], after?: Standing): (T & Standing)[] {
  let last: Standing = after ?? { rank: 0, position: 0, score: -1n };
  return rows.map((row) => {
    const position = last.position + 1;
    const rank = row.score === last.score ? last.rank : position;
    last = { rank, position, score: row.score };
    return { ...row, ...last };
  });
}
