import { createHash } from 'node:crypto';

/**
 * A number from 0 to below 1 that looks like chance and is the same every time for the same seed and question: what
 * happens does not hang on how fast the calls and answers come in.
 */
export function chance(seed: number, ...question: (string | number)[]): number {
  const digest = createHash('sha256')
    .update([seed, ...question].join(':'))
    .digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}
