/*
 * Text in the order in which it is seen. A PDF writes from left to right; what is read from right to left has to be taken apart and put in
 * order before. This is the part of the bidirectional algorithm that names and titles need: no marks, no nesting.
 */

export interface Run {
  readonly text: string;
  readonly fromRight: boolean;
}

const RIGHT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF]/u;
const LEFT = /\p{L}/u;
const DIGIT = /\p{Nd}/u;
const BETWEEN_DIGITS = /[.,:/-]/;

/** @returns the runs from left to right, each of which is written in one direction */
export function runsOf(text: string): Run[] {
  const characters = [...text];
  const letters = characters.map(directionOf);
  const base = letters.find((one) => one !== undefined) ?? false;
  const isNumber = (index: number) =>
    DIGIT.test(characters[index] ?? '') ||
    (BETWEEN_DIGITS.test(characters[index] ?? '') && [-1, 1].every((by) => DIGIT.test(characters[index + by] ?? '')));
  // Numbers are written from the left in every script, and yet belong to what they follow.
  const leanings = letters.map((one, index) =>
    isNumber(index) ? (letters.slice(0, index).findLast((other) => other !== undefined) ?? base) : one,
  );
  const runs: Run[] = [];
  for (const [index, character] of characters.entries()) {
    const fromRight = !isNumber(index) && (leanings[index] ?? between(leanings, index, base));
    const last = runs.at(-1);
    if (last?.fromRight === fromRight) runs[runs.length - 1] = { text: last.text + character, fromRight };
    else runs.push({ text: character, fromRight });
  }
  const ready = runs.map((run) => (run.fromRight ? { ...run, text: turned(run.text) } : run));
  return base ? ready.toReversed() : ready;
}

/** What follows its neighbours where they agree, and else the text as a whole. */
function between(leanings: readonly (boolean | undefined)[], index: number, base: boolean): boolean {
  const before = leanings.slice(0, index).findLast((one) => one !== undefined) ?? base;
  const after = leanings.slice(index + 1).find((one) => one !== undefined) ?? base;
  return before === after ? before : base;
}

const MIRRORED: Readonly<Record<string, string>> = {
  '(': ')',
  ')': '(',
  '[': ']',
  ']': '[',
  '{': '}',
  '}': '{',
  '«': '»',
  '»': '«',
};

/** Brackets open to the other side. Letters are put in order with their forms by the font, but not signs that stand alone. */
function turned(text: string): string {
  const mirrored = [...text].map((character) => MIRRORED[character] ?? character);
  return (RIGHT.test(text) ? mirrored : mirrored.toReversed()).join('');
}

/** Whether a letter is written from the right; undefined for what is none. */
function directionOf(character: string): boolean | undefined {
  if (DIGIT.test(character)) return undefined;
  if (RIGHT.test(character)) return true;
  return LEFT.test(character) ? false : undefined;
}
