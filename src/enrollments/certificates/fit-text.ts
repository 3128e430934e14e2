/** How wide a text is, per point of its size. */
export type Measure = (text: string) => number;

/** In points. */
interface Room {
  readonly width: number;
  readonly height: number;
  readonly largest: number;
  readonly smallest: number;
}

export interface FittedText {
  readonly size: number;
  readonly lines: string[];
}

/** From one line to the next, in sizes. */
export const LINE = 1.25;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export const charactersOf = (text: string): string[] => [...graphemes.segment(text)].map(({ segment }) => segment);

/** The largest size at which a text has room: on one line rather than on several, words whole as long as that is possible, shortened at last. */
export function fitText(text: string, room: Room, measure: Measure): FittedText {
  const { width, height, largest, smallest } = room;
  const words = text.split(' ');
  const most = (size: number) => Math.max(1, Math.floor(height / (size * LINE)));
  // One line looks better than several, but not at any price.
  for (let size = largest; size >= Math.max(smallest, largest * 0.6); size -= 1)
    if (measure(text) * size <= width) return { size, lines: [text] };
  for (let size = largest; size >= smallest; size -= 1) {
    const lines = wrap(words, width / size, measure);
    if (lines.length <= most(size) && lines.every((line) => measure(line) * size <= width)) return { size, lines };
  }
  const pieces = words.flatMap((word) => broken(word, width / smallest, measure));
  const lines = wrap(pieces, width / smallest, measure);
  return { size: smallest, lines: lines.length <= most(smallest) ? lines : shortened(lines, most(smallest)) };
}

function wrap(words: readonly string[], width: number, measure: Measure): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A word that is wider than a line, in pieces that are not. */
function broken(word: string, width: number, measure: Measure): string[] {
  if (measure(word) <= width) return [word];
  const pieces: string[] = [];
  let left = 0;
  for (const character of charactersOf(word)) {
    const wide = measure(character);
    const last = pieces.at(-1);
    if (last !== undefined && wide <= left) pieces[pieces.length - 1] = last + character;
    else [left] = [width, pieces.push(character)];
    left -= wide;
  }
  return pieces;
}

function shortened(lines: readonly string[], most: number): string[] {
  const kept = lines.slice(0, most);
  return [
    ...kept.slice(0, -1),
    `${charactersOf(kept.at(-1) ?? '')
      .slice(0, -1)
      .join('')}…`,
  ];
}
