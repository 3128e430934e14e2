import type { TokensDto } from '../../src/tokens/tokens.dto.js';
import type { TestApp } from './app.js';
import type { Learner, LearningDesk } from './learning-desk.js';
import { type Person, person, sql } from './people.js';
import { expectStatus } from './school.js';

interface Told {
  name: string;
  payload: object;
}

/** Somebody learns on days of the past, and what comes of it. */
export class StreakDesk {
  constructor(
    private readonly app: TestApp,
    private readonly learning: LearningDesk,
  ) {}

  async personIn(timeZone: string): Promise<Person> {
    const who = await person(this.app);
    await this.move(who, timeZone);
    return who;
  }

  async move({ token }: Person, timeZone: string): Promise<void> {
    expectStatus(200, await this.app.request('PATCH', '/users/me', { body: { timeZone }, token }));
  }

  /** Learns at each moment. What it brings about is done then too, unless it is left for later. */
  async learns(who: Learner, moments: readonly string[], { later = false } = {}): Promise<void> {
    for (const moment of moments)
      await this.app.clock.at(moment, async () => {
        expectStatus(200, await this.learning.record(who, {}));
        if (!later) await this.app.settle();
      });
  }

  /** As it stands at a moment: how many in a row, the most there were, freezes and the last day. */
  async standing({ token }: Person, kind: 'DAYS' | 'COMPLETIONS', moment: string): Promise<unknown[]> {
    const answer = await this.app.clock.at(moment, () => this.app.get<TokensDto>('/tokens/balance', token));
    const [streak] = expectStatus(200, answer).streaks.filter((one) => one.kind === kind);
    return [streak!.current, streak!.longest, streak!.freezes, streak!.lastDay];
  }

  /** What streaks have brought, in the order in which it came. */
  async bonuses({ id }: Pick<Person, 'id'>): Promise<string[]> {
    const movements = await sql<{ words: string }>(
      this.app.database,
      `SELECT format('%s %s %s: %s', type, amount, source_event, reason) AS words
       FROM token_transactions WHERE user_id = $1 AND source_event LIKE 'streak:%' ORDER BY sequence`,
      [id],
    );
    return movements.map(({ words }) => words);
  }

  async tokens({ id }: Pick<Person, 'id'>): Promise<number> {
    const [row] = await sql<{ balance: string }>(
      this.app.database,
      'SELECT balance FROM token_accounts WHERE user_id = $1',
      [id],
    );
    return Number(row?.balance ?? 0);
  }

  /** What was told of somebody's learning and waits to be heard, in the order in which it was told. */
  async untold({ id }: Person): Promise<Told[]> {
    return sql<Told>(
      this.app.database,
      `SELECT event_name AS name, payload FROM outbox_messages
       WHERE payload->>'userId' = $1 AND subscriber IN ('tokens.days-in-a-row', 'tokens.courses-in-a-row') AND status = 'PENDING'
       ORDER BY id`,
      [id],
    );
  }
}
