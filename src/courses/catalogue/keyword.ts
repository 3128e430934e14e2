import { containingPattern, Prisma } from '../../platform/database/index.js';

/** What is no part of a word; the column `courses.search` has blanks in its place. */
const BETWEEN_WORDS =
  /[\s!-/:-@[-`{-~\u00A1\u00AB\u00B7\u00BB\u00BF\u060C\u061B\u061F\u2013\u2014\u2018\u2019\u201C\u201D\u2022\u2026\u3001\u3002]+/u;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Scripts without blanks between words: a sentence of them is one word to PostgreSQL. */
const WITHOUT_BLANKS = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;

/**
 * Conditions on `c`, a course, under which its title or description has every word of the keyword, or a word that begins so, in any case.
 * The index finds words; what else somebody wrote ("C++", "100%") is then looked for as it stands.
 */
export function matching(keyword: string): Prisma.Sql[] {
  return wordsOf(keyword).flatMap(({ indexed, asWritten }) => [
    ...(indexed ? [Prisma.sql`c.search @@ to_tsquery('simple', ${indexed})`] : []),
    ...(asWritten ? [Prisma.sql`(c.title ILIKE ${asWritten} OR c.description ILIKE ${asWritten})`] : []),
  ]);
}

/** How much `c`, a course that matches, is about the keyword: more for words of its title than for those of its description. */
export function relevance(keyword: string): Prisma.Sql {
  const words = wordsOf(keyword);
  const indexed = words.flatMap((word) => word.indexed ?? []).join(' & ');
  const parts = [
    ...(indexed ? [Prisma.sql`ts_rank(c.search, to_tsquery('simple', ${indexed}))`] : []),
    ...words.flatMap(({ asWritten }) => (asWritten ? [Prisma.sql`(c.title ILIKE ${asWritten})::int`] : [])),
  ];
  return Prisma.sql`(${Prisma.join([...parts, Prisma.sql`0`], ' + ')})::float8`;
}

interface Word {
  /** What the index is asked for, as a tsquery. */
  readonly indexed?: string;
  /** What is looked for as it stands, as a pattern of ILIKE. */
  readonly asWritten?: string;
}

function wordsOf(keyword: string): Word[] {
  return keyword.split(/\s+/u).filter(Boolean).map(wordOf);
}

function wordOf(word: string): Word {
  if (WITHOUT_BLANKS.test(word)) return { asWritten: containingPattern(word) };
  const parts = word.split(BETWEEN_WORDS).filter((part) => LETTER_OR_DIGIT.test(part));
  // What something else follows is whole; the end may be the beginning of a longer word.
  const indexed = parts.map((part) => (word.endsWith(part) ? `'${part}':*` : `'${part}'`)).join(' & ');
  return { indexed: indexed || undefined, asWritten: parts[0] === word ? undefined : containingPattern(word) };
}
