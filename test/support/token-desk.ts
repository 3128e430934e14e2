import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedeemedDto } from '../../src/tokens/redemption/redemption.dto.js';
import type { TokenHistoryDto, TokenTransactionDto } from '../../src/tokens/tokens.dto.js';
import { LearningDesk, type Refusal } from './learning-desk.js';
import { type Person, person } from './people.js';
import { expectStatus, openSchool, type School } from './school.js';

const noStreak = { bonuses: [], freezeEvery: 0, mostFreezes: 0 };

export const rewards = {
  completion: 150,
  freeCompletion: 100,
  streaks: {
    days: { ...noStreak, bonuses: [{ length: 1000, tokens: 1 }] },
    completions: { ...noStreak, withinDays: 30 },
  },
  wallet: [
    { currency: 'USD', tokens: 100, amount: 150 },
    { currency: 'EUR', tokens: 50, amount: 45 },
  ],
  coupons: [
    { id: 'TEN_OFF', name: 'Ten off', tokens: 300, discountType: 'PERCENTAGE', discountValue: 1000, validDays: 90 },
    {
      ...{ id: 'FIVE_OFF', name: 'Five off', tokens: 400, discountType: 'FIXED_AMOUNT', discountValue: 500 },
      ...{ currency: 'USD', minimumAmount: 2000, validDays: 7 },
    },
    { id: 'DEAR', name: 'Dear', tokens: 501, discountType: 'PERCENTAGE', discountValue: 5000, validDays: 1 },
  ],
};

type Wish = Record<string, unknown>;
type Headers = Record<string, string>;

/** What tests of reward tokens do and look at. */
export class TokenDesk {
  private constructor(
    readonly school: School,
    readonly learning: LearningDesk,
  ) {}

  /** @param terms what differs from `rewards` */
  static async open(terms: object = {}, settings: Record<string, string> = {}): Promise<TokenDesk> {
    const file = join(tmpdir(), `bursar-rewards-${process.pid}-${Date.now()}.json`);
    await writeFile(file, JSON.stringify({ ...rewards, ...terms }));
    const school = await openSchool({ REWARDS_FILE: file, ...settings });
    return new TokenDesk(school, new LearningDesk(school, school.instructor));
  }

  award(body: Wish, headers?: Headers, by = this.school.admin) {
    return this.school.post<TokenTransactionDto & Refusal>(
      '/tokens/award',
      { reason: 'A gift', ...body },
      by.token,
      headers,
    );
  }

  /** Somebody with so many. */
  async rich(amount: number): Promise<Person> {
    const who = await person(this.school);
    expectStatus(201, await this.award({ userId: who.id, amount }));
    return who;
  }

  redeem(who: Person, wish: Wish, headers?: Headers) {
    return this.school.post<RedeemedDto & Refusal>('/tokens/redeem', wish, who.token, headers);
  }

  async redeemed(who: Person, wish: Wish, headers?: Headers): Promise<RedeemedDto> {
    return expectStatus(201, await this.redeem(who, wish, headers));
  }

  async balance(who: Person): Promise<number> {
    return expectStatus(200, await this.school.get<{ balance: number }>('/tokens/balance', who.token)).balance;
  }

  async history(who: Person, query = ''): Promise<TokenHistoryDto> {
    return expectStatus(200, await this.school.get<TokenHistoryDto>(`/tokens/history${query}`, who.token));
  }

  /** All that moves with somebody's tokens: what is refused changes none of it. */
  async standing(who: Person): Promise<unknown> {
    const [row] = await this.school.sql(
      `SELECT (SELECT to_jsonb(a) FROM token_accounts a WHERE user_id = $1) AS account,
         (SELECT count(*) FROM token_transactions WHERE user_id = $1) AS movements,
         (SELECT jsonb_agg(to_jsonb(s) ORDER BY period) FROM token_scores s WHERE user_id = $1) AS scores,
         (SELECT count(*) FROM token_redemptions) AS redemptions, (SELECT count(*) FROM coupons) AS coupons,
         (SELECT count(*) FROM ledger_entries) AS entries,
         (SELECT count(*) FROM audit_records WHERE action = 'tokens.awarded') AS audited`,
      [who.id],
    );
    return row;
  }

  /** A course with one lecture that somebody has completed. */
  async completed(terms?: object, who?: Person): Promise<{ student: Person; courseId: string; enrollmentId: string }> {
    const course = await this.learning.course(['Only'], {});
    if (terms) await this.agreed(course.id, terms);
    const learner = await this.learning.learner(course.id, who);
    await this.learning.completed(learner, course.lectures.Only!);
    await this.school.quiet();
    return { student: learner.student, courseId: course.id, enrollmentId: learner.id };
  }

  async agreed(courseId: string, terms: object): Promise<void> {
    const body = { shareBasisPoints: 7000, keepAccessOnRefund: false, ...terms };
    const put = { body, token: this.school.admin.token };
    expectStatus(200, await this.school.request('PUT', `/courses/${courseId}/terms`, put));
  }
}
