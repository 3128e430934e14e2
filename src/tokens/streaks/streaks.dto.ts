import { StreakKind } from '../../platform/database/index.js';
import { Choice, Day, Whole } from '../../platform/http/index.js';

export class StreakDto {
  @Choice(StreakKind, { description: 'Of days on which something was learnt, or of completed courses' })
  kind: StreakKind;

  @Whole({ description: 'How many in a row, as of now; 0 when too much was missed' })
  current: number;

  @Whole({ description: 'The most that there were in a row' })
  longest: number;

  @Whole({ description: 'How many times more something may be missed; each stands for one, and is used by itself' })
  freezes: number;

  @Day({ description: 'The last day that counted, by the calendar of where its person was', nullable: true })
  lastDay: string | null;
}
