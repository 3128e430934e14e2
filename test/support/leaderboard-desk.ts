import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import type { TokenTransactionType } from '../../src/platform/database/index.js';
import { inTransaction } from '../../src/platform/database/index.js';
import { MoveTokens } from '../../src/tokens/account/move-tokens.js';
import type { LeaderboardDto } from '../../src/tokens/leaderboard/leaderboard.dto.js';
import { type Answer, startTestApp, type TestApp } from './app.js';
import type { Refusal } from './giving-back.js';
import { type Person, person } from './people.js';
import { expectStatus } from './school.js';

export type Circle = 'global' | 'friends';
export type Place = [rank: number, id: string, score: number];

/** What tests of leaderboards do and look at, at whatever moment it is. */
export class LeaderboardDesk {
  private events = 0;

  private constructor(readonly app: TestApp) {}

  /** At that moment, by the application's clock. Sweeps run only when a test says so. */
  static async open(moment: string): Promise<LeaderboardDesk> {
    const app = await startTestApp({ ROLE: 'api' });
    const desk = new LeaderboardDesk(app);
    desk.to(moment);
    return desk;
  }

  to(moment: string): void {
    const { clock } = this.app;
    clock.advance((Date.parse(moment) - clock.now().getTime()) / 1000);
  }

  people(count: number): Promise<Person[]> {
    return Promise.all(Array.from({ length: count }, () => person(this.app)));
  }

  /** @param sourceEvent a new one unless told */
  move(
    { id: userId }: { id: string },
    amount: number,
    type: TokenTransactionType = 'AWARD',
    sourceEvent = `test:${(this.events += 1)}`,
  ) {
    const movement = { userId, type, amount: BigInt(amount), reason: 'A test', sourceEvent, actorId: 'system' };
    return inTransaction(() => this.app.app.get(MoveTokens).execute(movement));
  }

  async redeem(who: { id: string }, tokens: number): Promise<void> {
    const wish = { into: 'WALLET', currency: 'USD', tokens };
    expectStatus(201, await this.app.post('/tokens/redeem', wish, await this.tokenOf(who)));
  }

  async ask(who: { id: string }, circle: Circle, query = ''): Promise<Answer<LeaderboardDto & Refusal>> {
    return this.app.get(`/leaderboard/${circle}?${query}`, await this.tokenOf(who));
  }

  async read(who: { id: string }, circle: Circle, query = ''): Promise<LeaderboardDto> {
    return expectStatus(200, await this.ask(who, circle, query));
  }

  /** Page by page to the end. */
  async walk(who: { id: string }, circle: Circle, limit: number, period = 'ALL'): Promise<Place[]> {
    const places: Place[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = `period=${period}&limit=${limit}${cursor && `&cursor=${cursor}`}`;
      const page: LeaderboardDto = await this.read(who, circle, query);
      places.push(...page.data.map(({ rank, user, score }): Place => [rank, user.id, score]));
      cursor = page.nextCursor;
    }
    return places;
  }

  async list(who: { id: string }, listed: unknown): Promise<Answer<Refusal>> {
    return this.app.request('PATCH', '/leaderboard/me', { body: { listed }, token: await this.tokenOf(who) });
  }

  async befriend(one: Person, other: Person): Promise<void> {
    expectStatus(201, await this.app.post(`/friends/${other.id}`, undefined, await this.tokenOf(one)));
    expectStatus(201, await this.app.post(`/friends/${one.id}`, undefined, await this.tokenOf(other)));
  }

  /** Access tokens end as the clock goes on. */
  tokenOf({ id }: { id: string }): Promise<string> {
    return this.app.app.get(AccessTokens).sign(id);
  }
}

/** Who stands where, by what the rules say and not by how they are kept: after all with more, and by the id among equals. */
export function placesOf(scores: ReadonlyMap<string, number>): Place[] {
  const all = [...scores].filter(([, score]) => score > 0);
  const rankOf = (mine: number) => 1 + all.filter(([, score]) => score > mine).length;
  return all
    .map(([id, score]): Place => [rankOf(score), id, score])
    .toSorted(([a, one], [b, other]) => a - b || (one > other ? -1 : 1));
}
