import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FriendshipDto } from '../src/identity/friends/friends.dto.js';
import { FriendsOf } from '../src/identity/index.js';
import { type Answer, startTestApp, type TestApp } from './support/app.js';
import type { Refusal } from './support/giving-back.js';
import { type Person, person, sql } from './support/people.js';
import { told } from './support/school.js';

/* Who asks, accepts, declines and ends; and what becomes of it when both do something at once. */

interface Friends {
  data: FriendshipDto[];
  pagination: { total: number; pages: number };
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
}, 60_000);
afterAll(() => app.close());

const people = (count: number): Promise<Person[]> => Promise.all(Array.from({ length: count }, () => person(app)));

const ask = (who: Person, other: { id: string }): Promise<Answer<FriendshipDto & Refusal>> =>
  app.post(`/friends/${other.id}`, undefined, who.token);
const accept = (who: Person, other: { id: string }): Promise<Answer<FriendshipDto & Refusal>> =>
  app.post(`/friends/${other.id}/accept`, undefined, who.token);
const remove = (who: Person, other: { id: string }): Promise<Answer<Refusal>> =>
  app.request('DELETE', `/friends/${other.id}`, { token: who.token });
const list = async (who: Person, query = ''): Promise<Friends> =>
  (await app.get<Friends>(`/friends${query}`, who.token)).body;
const rows = (): Promise<object[]> => sql(app.database, 'SELECT * FROM friendships ORDER BY low_id, high_id');

/** How each of two sees the other. */
async function seen(one: Person, other: Person): Promise<string[]> {
  const lists = await Promise.all([list(one), list(other)]);
  return lists.flatMap(({ data }, index) =>
    data
      .filter(({ user }) => user.id === [other, one][index]!.id)
      .map(({ status, direction }) => `${status} ${direction}`),
  );
}

describe('two people', () => {
  it.each(['the lower id asks', 'the higher id asks'])('%s: the other accepts, and they are friends', async (who) => {
    const [low, high] = (await people(2)).toSorted((a, b) => (a.id < b.id ? -1 : 1)) as [Person, Person];
    const [one, other] = who === 'the lower id asks' ? [low, high] : [high, low];
    const asked = await ask(one, other);
    expect(asked.status).toBe(201);
    expect(asked.body).toEqual({
      user: { id: other.id, name: expect.stringMatching(/^Person \d+$/), profilePicture: null },
      status: 'PENDING',
      direction: 'SENT',
      requestedAt: expect.any(String),
      acceptedAt: null,
    });
    expect(await seen(one, other)).toEqual(['PENDING SENT', 'PENDING RECEIVED']);
    expect(await app.app.get(FriendsOf).execute(one.id)).toEqual([]);

    const accepted = await accept(other, one);
    expect(accepted).toMatchObject({
      status: 200,
      body: { user: { id: one.id }, status: 'ACCEPTED', direction: 'RECEIVED', requestedAt: asked.body.requestedAt },
    });
    expect(await seen(one, other)).toEqual(['ACCEPTED SENT', 'ACCEPTED RECEIVED']);
    expect(await app.app.get(FriendsOf).execute(one.id)).toEqual([other.id]);
    expect(await app.app.get(FriendsOf).execute(other.id)).toEqual([one.id]);
  });

  it('the same again, of whatever kind, is answered the same and changes nothing', async () => {
    const [one, other] = (await people(2)) as [Person, Person];
    const asked = await ask(one, other);
    app.clock.advance(60);
    expect(await ask(one, other)).toMatchObject({ status: 201, body: asked.body });
    const accepted = await accept(other, one);
    app.clock.advance(60);
    const before = await rows();
    expect(await accept(other, one)).toMatchObject({ status: 200, body: accepted.body });
    expect((await ask(other, one)).body).toEqual(accepted.body);
    expect((await ask(one, other)).body).toEqual({
      ...asked.body,
      status: 'ACCEPTED',
      acceptedAt: accepted.body.acceptedAt,
    });
    expect((await accept(one, other)).body.status).toBe('ACCEPTED');
    expect(await rows()).toEqual(before);
  });

  it('who asks back has accepted', async () => {
    const [one, other] = (await people(2)) as [Person, Person];
    await ask(one, other);
    expect(await ask(other, one)).toMatchObject({ status: 201, body: { status: 'ACCEPTED', direction: 'RECEIVED' } });
  });

  it('who ask each other at the same moment are friends, by one row', async () => {
    const pairs = await people(24);
    for (let index = 0; index < pairs.length; index += 2) {
      const [one, other] = pairs.slice(index, index + 2) as [Person, Person];
      const answers = await Promise.all([ask(one, other), ask(other, one), ask(one, other), ask(other, one)]);
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect(await seen(one, other)).toHaveLength(2);
      expect(new Set((await seen(one, other)).map((way) => way.split(' ')[0]))).toEqual(new Set(['ACCEPTED']));
    }
  });

  it.each([
    ['a request is taken back by who asked', 'one', false],
    ['a request is declined by who was asked', 'other', false],
    ['a friendship is ended by who asked', 'one', true],
    ['a friendship is ended by who was asked', 'other', true],
  ] as const)('%s, once, and may be asked for again', async (_, whose, accepted) => {
    const [one, other] = (await people(2)) as [Person, Person];
    await ask(one, other);
    if (accepted) await accept(other, one);
    const [by, of] = whose === 'one' ? [one, other] : [other, one];
    expect((await remove(by, of)).status).toBe(204);
    expect(await seen(one, other)).toEqual([]);
    expect(await app.app.get(FriendsOf).execute(one.id)).toEqual([]);
    expect(told(await remove(by, of))).toBe('NOT_FOUND');
    expect(told(await accept(other, one))).toBe('NOT_FOUND');
    expect((await ask(other, one)).body).toMatchObject({ status: 'PENDING', direction: 'SENT' });
  });

  it('a request is accepted or taken back, whichever came first, never both', async () => {
    const [one, other] = (await people(2)) as [Person, Person];
    for (let turn = 0; turn < 6; turn += 1) {
      await ask(one, other);
      const [accepted, removed] = await Promise.all([accept(other, one), remove(one, other)]);
      expect(removed.status).toBe(204);
      expect([200, 404]).toContain(accepted.status);
      expect(await seen(one, other)).toEqual([]);
    }
  });
});

describe('is refused, and changes nothing', () => {
  it.each<[string, (one: Person, other: Person) => Promise<Answer<Refusal>>, string]>([
    ['asking oneself', (one) => ask(one, one), 'VALIDATION_FAILED'],
    ['accepting oneself', (one) => accept(one, one), 'NOT_FOUND'],
    ['asking nobody', (one) => ask(one, { id: 'usr_nobody' }), 'NOT_FOUND'],
    ['accepting nobody', (one) => accept(one, { id: 'usr_nobody' }), 'NOT_FOUND'],
    ['removing nobody', (one) => remove(one, { id: 'usr_nobody' }), 'NOT_FOUND'],
    ['accepting who has not asked', accept, 'NOT_FOUND'],
    [
      'accepting what one has asked oneself',
      async (one, other) => (await ask(one, other), accept(one, other)),
      'NOT_FOUND',
    ],
    ['removing whom nothing is shared with', remove, 'NOT_FOUND'],
    ['a status that is none', (one) => app.get('/friends?status=BEST', one.token), 'VALIDATION_FAILED'],
    ['a field in the query that is none', (one) => app.get('/friends?of=usr_1', one.token), 'VALIDATION_FAILED'],
    ['nobody signed in', (one) => ask({ ...one, token: '' }, one), 'UNAUTHENTICATED'],
  ])('%s', async (_, run, code) => {
    const [one, other] = (await people(2)) as [Person, Person];
    const before = (await rows()).length;
    expect(told(await run(one, other))).toBe(code);
    expect((await rows()).length - before).toBe(code === 'NOT_FOUND' && (await seen(one, other)).length > 0 ? 1 : 0);
    expect((await seen(one, other)).filter((way) => way.startsWith('ACCEPTED'))).toEqual([]);
  });

  it('a third person, about the two of others', async () => {
    const [one, other, third] = (await people(3)) as [Person, Person, Person];
    await ask(one, other);
    expect([told(await accept(third, one)), told(await remove(third, other))]).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect(await list(third)).toMatchObject({ data: [] });
    expect(await seen(one, other)).toEqual(['PENDING SENT', 'PENDING RECEIVED']);
  });
});

describe('at most 1,000', () => {
  const limited = 'TOO_MANY_FRIENDS';

  /** Whom a person has asked, half of whom have accepted; or who have asked them, in vain. */
  async function crowded({ id }: Person, count: number, pendingBy: 'them' | 'others' = 'them'): Promise<void> {
    const tag = id.slice(-8);
    await sql(
      app.database,
      `WITH made AS (
         INSERT INTO users (id, name, email, roles, created_at, updated_at)
         SELECT format('usr_%s_%s', $2::text, n), 'Crowd', format('%s-%s@example.com', $2::text, n), '{STUDENT}', now(), now()
         FROM generate_series(1, $3) n RETURNING id)
       INSERT INTO friendships (low_id, high_id, requested_by, created_at, accepted_at)
       SELECT least(id, $1), greatest(id, $1), CASE WHEN $4 = 'them' THEN $1 ELSE id END, now(), CASE WHEN $4 = 'them' AND number % 2 = 0 THEN now() END
       FROM (SELECT id, row_number() OVER () AS number FROM made) made`,
      [id, tag, count, pendingBy],
    );
  }

  it('also when the last of them are asked at once', async () => {
    const [one, ...others] = (await people(13)) as [Person, ...Person[]];
    await crowded(one, 996);
    const answers = await Promise.all(others.map((other) => ask(one, other)));
    expect(answers.map(told).toSorted()).toEqual([...Array<string>(8).fill(limited), ...Array<string>(4).fill('done')]);
    expect(answers.find(({ status }) => status === 409)!.body.detail).toBe(
      'You have 1,000 friends and open requests; end or take back one first',
    );
    expect((await list(one)).pagination.total).toBe(1_000);
  });

  it('who is full accepts nobody until there is room, and may still be asked', async () => {
    const [one, other, third] = (await people(3)) as [Person, Person, Person];
    await crowded(one, 999);
    await ask(other, one);
    await ask(third, one);
    expect((await Promise.all([accept(one, other), ask(one, third)])).map(told).toSorted()).toEqual(
      [limited, 'done'].toSorted(),
    );
    const full = (await accept(one, other)).status === 200 ? third : other;
    expect([told(await accept(one, full)), told(await ask(one, full))]).toEqual([limited, limited]);
    expect(await seen(full, one)).toEqual(['PENDING SENT', 'PENDING RECEIVED']);
    await remove(one, full === other ? third : other);
    expect(told(await accept(one, full))).toBe('done');
  });

  it('those who ask somebody do not count', async () => {
    const [one, other] = (await people(2)) as [Person, Person];
    await crowded(one, 1_001, 'others');
    expect(told(await ask(one, other))).toBe('done');
  });
});

describe('the list', () => {
  let one: Person;
  let others: Person[];
  beforeAll(async () => {
    [one, ...others] = (await people(8)) as [Person, ...Person[]];
    // Three friends, two whom they asked, two who asked them.
    for (const [index, other] of others.entries()) {
      app.clock.advance(60);
      if (index % 2) await ask(one, other);
      else await ask(other, one);
      if (index < 2) await (index % 2 ? accept(other, one) : accept(one, other));
    }
  });

  const numbers = ({ data }: Friends) => data.map(({ user }) => others.findIndex(({ id }) => id === user.id));

  it.each([
    ['', [6, 5, 4, 3, 2, 1, 0]],
    ['?status=ACCEPTED', [1, 0]],
    ['?status=pending', [6, 5, 4, 3, 2]],
    ['?direction=SENT', [5, 3, 1]],
    ['?status=PENDING&direction=RECEIVED', [6, 4, 2]],
  ])('%s, the latest first', async (query, expected) => {
    expect(numbers(await list(one, query))).toEqual(expected);
  });

  it('comes in pages that name everybody once', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => list(one, `?limit=2&page=${page}`)));
    expect(pages.map(numbers)).toEqual([[6, 5], [4, 3], [2, 1], [0]]);
    expect(pages[0]!.pagination).toEqual({ page: 1, limit: 2, total: 7, pages: 4 });
    expect(numbers(await list(one, '?limit=2&page=5'))).toEqual([]);
  });

  it('moves up who is accepted later', async () => {
    app.clock.advance(60);
    await accept(one, others[2]!);
    expect(numbers(await list(one))).toEqual([2, 6, 5, 4, 3, 1, 0]);
  });

  it("never shows another person's e-mail", async () => {
    await app.request('PATCH', '/users/me', {
      token: others[0]!.token,
      body: { profilePicture: 'https://example.com/me.png' },
    });
    const answer = await list(one);
    const known = answer.data.find(({ user }) => user.id === others[0]!.id)!.user;
    expect(known).toEqual({
      id: others[0]!.id,
      name: expect.any(String),
      profilePicture: 'https://example.com/me.png',
    });
    const told = JSON.stringify([answer, await ask(one, others[0]!), await accept(one, others[0]!)]);
    for (const { email } of others) expect(told).not.toContain(email);
  });
});
