/*
 * Text in the order in which it is seen. A PDF writes from left to right; what is read from right to left has to be taken apart and put in
 * order before. This is the part of the bidirectional algorithm that names and titles need: no marks, no nesting.
 */

export interface Run {
  readonly text: string;
  readonly fromRight: boolean;
}

const RIGHT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF]/u;
const LEFT = /[\p{L}\p{N}]/u;
const DIGIT = /\p{Nd}/u;

/** @returns the runs from left to right, each of which is written in one direction */
export function runsOf(text: string): Run[] {
  const characters = [...text];
  const strong = characters.map(directionOf);
  const base = strong.find((one) => one !== undefined) ?? false;
  const directions = strong.map((one, index) => {
    if (one !== undefined) return one;
    const before = strong.slice(0, index).findLast((other) => other !== undefined) ?? base;
    const after = strong.slice(index + 1).find((other) => other !== undefined) ?? base;
    return before === after ? before : base;
  });
  const runs: Run[] = [];
  for (const [index, character] of characters.entries()) {
    const fromRight = directions[index] ?? base;
    const last = runs.at(-1);
    if (last?.fromRight === fromRight) runs[runs.length - 1] = { text: last.text + character, fromRight };
    else runs.push({ text: character, fromRight });
  }
  const ready = runs.map((run) => (run.fromRight ? { ...run, text: turned(run.text) } : run));
  return base ? ready.toReversed() : ready;
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

/** Whether it is written from the right; undefined for what follows its neighbours. Numbers are written from the left in every script. */
function directionOf(character: string): boolean | undefined {
  if (DIGIT.test(character)) return false;
  if (RIGHT.test(character)) return true;
  return LEFT.test(character) ? false : undefined;
}
