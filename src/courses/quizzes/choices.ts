import type { Prisma } from '../../platform/database/index.js';

/** Something to choose, as it stands in `quiz_questions.choices`. */
export interface Choice {
  readonly text: string;
  readonly right: boolean;
}

/** The column holds nothing else: `SetQuiz` alone writes it, out of what has been checked. */
export function choicesOf(column: Prisma.JsonValue): Choice[] {
  return column as unknown as Choice[];
}
