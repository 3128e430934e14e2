import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { person, type Person } from '../../../test/support/people.js';
import { openSchool, type School } from '../../../test/support/school.js';
import { PATIENCE, type Patience, usualPatience } from '../../payments/resilience/patience.js';
import { answerWith, cutConnection, hold } from '../../sandbox/index.js';
import { Housekeeping } from '../jobs/index.js';
import { IdempotencyKeys } from './idempotency-keys.js';

let school: School;
let buyer: Person;
beforeAll(async () => {
  // A provider that is held is waited for longer than the second request is.
  const patience: Patience = { ...usualPatience, tryMs: 25_000, callMs: 28_000 };
  school = await openSchool({}, [[PATIENCE, patience]]);
  buyer = await person(school);
});
afterAll(() => school.close());

const SESSIONS = '/payments/sessions';
const CHECKOUT = '/v1/checkout/sessions';
const free = () => school.course({ isPremium: false, price: 0 });

let number = 0;
function newKey(): string {
  number += 1;
  return `key-of-the-test-${number}`;
}

interface Reply {
  status: number;
  type: string | null;
  replayed: boolean;
  text: string;
  body: { code?: string; redirectUrl?: string; session?: { id: string; item: { id: string } } };
}

/** The answer as bytes, for a replay must not differ in one of them. */
async function post(path: string, body: object | string, key?: string, who = buyer): Promise<Reply> {
  const response = await fetch(`${school.url}/api${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${who.token}`,
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    replayed: response.headers.get('idempotent-replayed') === 'true',
    text,
    body: JSON.parse(text) as Reply['body'],
  };
}

const replayOf = ({ status, type, text, body }: Reply): Reply => ({ status, type, text, body, replayed: true });
const sessionsFor = (courseId: string) => school.sql('SELECT id FROM payment_sessions WHERE item_id = $1', [courseId]);
const checkouts = () =>
  school.sandbox.stripe.requests().filter(({ method, path }) => method === 'POST' && path === CHECKOUT).length;

describe('the same key with the same body', () => {
  it('gets the same answer, byte for byte, and a session is begun once', async () => {
    const key = newKey();
    const course = await school.course();
    const body = { courseId: course.id, metadata: { b: '2', a: '1' } };
    const first = await post(SESSIONS, body, key);
    expect(first).toMatchObject({ status: 201, replayed: false });
    expect(await post(SESSIONS, body, key)).toEqual(replayOf(first));
    expect(await sessionsFor(course.id)).toHaveLength(1);
  });

  it('gets it also when the fields come in another order and with other blanks', async () => {
    const key = newKey();
    const { id } = await school.course();
    const first = await post(SESSIONS, `{"courseId":"${id}","metadata":{"a":"1","b":"2"}}`, key);
    const second = await post(SESSIONS, `{ "metadata": {"b":"2", "a":"1"}, "courseId": "${id}" }`, key);
    expect(second).toEqual(replayOf(first));
  });

  it('gets it for an enrollment too, where asking again without a key is refused', async () => {
    const key = newKey();
    const { id: courseId } = await free();
    const first = await post('/enrollments', { courseId }, key);
    expect(first.status).toBe(201);
    expect(await post('/enrollments', { courseId }, key)).toEqual(replayOf(first));
    expect((await post('/enrollments', { courseId })).body.code).toBe('ALREADY_ENROLLED');
  });

  it('gets the same refusal, though by now it would be allowed', async () => {
    const key = newKey();
    const course = await school.course();
    const first = await post('/enrollments', { courseId: course.id }, key);
    expect(first).toMatchObject({ status: 403, body: { code: 'PAYMENT_REQUIRED' } });
    await school.sql('UPDATE courses SET is_premium = false, price = 0 WHERE id = $1', [course.id]);
    expect(await post('/enrollments', { courseId: course.id }, key)).toEqual(replayOf(first));
    expect((await post('/enrollments', { courseId: course.id }, newKey())).status).toBe(201);
  });

  it('gets the same refusal of a body that is not valid', async () => {
    const key = newKey();
    const first = await post('/enrollments', { courseId: 'crs_x', price: 1 }, key);
    expect(first).toMatchObject({
      status: 400,
      type: 'application/problem+json; charset=utf-8',
      body: { code: 'VALIDATION_FAILED' },
    });
    expect(await post('/enrollments', { courseId: 'crs_x', price: 1 }, key)).toEqual(replayOf(first));
  });

  it('is answered fifty times at once with one session at the provider', async () => {
    const key = newKey();
    const { id: courseId } = await school.course();
    const before = checkouts();
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(SESSIONS, { courseId }, key)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(49);
    expect(checkouts() - before).toBe(1);
    expect(await sessionsFor(courseId)).toHaveLength(1);
  });

  it('is told to come back when the first is still running after a few seconds', async () => {
    const key = newKey();
    const { id: courseId } = await school.course();
    const held = hold('before');
    school.sandbox.stripe.intercept({ method: 'POST', path: CHECKOUT }, held.handler);
    const first = post(SESSIONS, { courseId }, key);
    await held.arrived;
    expect(await post(SESSIONS, { courseId }, key)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_KEY_IN_FLIGHT' },
    });
    held.release();
    expect((await first).status).toBe(201);
    expect(await post(SESSIONS, { courseId }, key)).toEqual(replayOf(await first));
  });
});

describe('the same key with another body', () => {
  it('is refused, and nothing is begun', async () => {
    const key = newKey();
    const [first, second] = [await school.course(), await school.course()];
    await post(SESSIONS, { courseId: first.id }, key);
    const refused = await post(SESSIONS, { courseId: second.id }, key);
    expect(refused).toMatchObject({ status: 422, replayed: false, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await sessionsFor(second.id)).toEqual([]);
  });

  it('is a request of its own once the first has failed on our side: nobody is sold another course', async () => {
    const key = newKey();
    const [first, second] = [await school.course(), await school.course()];
    school.sandbox.stripe.intercept({ path: CHECKOUT, times: 2 }, answerWith(500, { error: { type: 'api_error' } }));
    expect((await post(SESSIONS, { courseId: first.id }, key)).status).toBe(502);
    const { status, body } = await post(SESSIONS, { courseId: second.id }, key);
    expect([status, body.session?.item.id]).toEqual([201, second.id]);
  });
});

describe('the same key elsewhere', () => {
  it('of another person is independent', async () => {
    const key = newKey();
    const other = await person(school);
    const { id: courseId } = await school.course();
    const [mine, theirs] = [await post(SESSIONS, { courseId }, key), await post(SESSIONS, { courseId }, key, other)];
    expect([mine.status, theirs.status, theirs.replayed]).toEqual([201, 201, false]);
    expect(theirs.body.session!.id).not.toBe(mine.body.session!.id);
  });

  it('on another route is independent', async () => {
    const key = newKey();
    const { id: courseId } = await free();
    expect((await post(SESSIONS, { courseId }, key)).body.code).toBe('COURSE_IS_FREE');
    expect(await post('/enrollments', { courseId }, key)).toMatchObject({ status: 201, replayed: false });
    expect((await post('/payments/enrollments', { courseId }, key)).replayed).toBe(false);
  });
});

describe('a failure of the provider', () => {
  it.each([
    ['that answers 500', answerWith(500, { error: { type: 'api_error' } })],
    ['whose connection breaks before it acts', cutConnection('before')],
    ['whose connection breaks after it acted', cutConnection('after')],
  ])('%s is not kept: the same key goes on with the session it had begun', async (_, mischief) => {
    const key = newKey();
    const { id: courseId } = await school.course();
    // The SDK tries once more by itself.
    school.sandbox.stripe.intercept({ method: 'POST', path: CHECKOUT, times: 2 }, mischief);
    expect(await post(SESSIONS, { courseId }, key)).toMatchObject({
      status: 502,
      replayed: false,
      body: { code: 'PAYMENT_GATEWAY_ERROR' },
    });
    const again = await post(SESSIONS, { courseId }, key);
    expect(again).toMatchObject({ status: 201, replayed: false, body: { redirectUrl: expect.any(String) } });
    expect(await sessionsFor(courseId)).toEqual([{ id: again.body.session!.id }]);
    expect(await post(SESSIONS, { courseId }, key)).toEqual(replayOf(again));
  });
});

describe('a claim that a crash left behind', () => {
  const route = `POST /api${SESSIONS} {}`;
  /** What a first request leaves when its process dies: its claim, with its lease running out. */
  async function leftBehind(courseId: string, leaseSeconds: number): Promise<string> {
    const key = newKey();
    await post(SESSIONS, { courseId }, key);
    const left = await school.sql(
      `UPDATE idempotency_keys SET status_code = NULL, body = NULL, lease_until = $3
       WHERE route = $1 AND key = $2 RETURNING key`,
      [route, key, school.clock.in(leaseSeconds)],
    );
    expect(left).toHaveLength(1);
    return key;
  }

  it('is taken over when its lease has run out, and goes on with the session that was begun', async () => {
    const { id: courseId } = await school.course();
    const key = await leftBehind(courseId, -1);
    const [session] = await sessionsFor(courseId);
    expect(await post(SESSIONS, { courseId }, key)).toMatchObject({
      status: 201,
      replayed: false,
      body: { session },
    });
    expect(await sessionsFor(courseId)).toEqual([session]);
  });

  it('is waited for while its lease runs', async () => {
    const { id: courseId } = await school.course();
    const key = await leftBehind(courseId, 1);
    expect((await post(SESSIONS, { courseId }, key)).status).toBe(201);
    expect(await sessionsFor(courseId)).toHaveLength(1);
  });

  it('is not taken over by another body', async () => {
    const [course, other] = [await school.course(), await school.course()];
    const key = await leftBehind(course.id, -1);
    expect((await post(SESSIONS, { courseId: other.id }, key)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await sessionsFor(other.id)).toEqual([]);
  });

  it('and that was taken over, though its process lives, keeps the answer that came first', async () => {
    const keys = school.app.get(IdempotencyKeys);
    const request = { userId: buyer.id, route: 'POST /api/anything', key: newKey(), body: {} };
    expect(await keys.claim(request)).toEqual({ since: expect.any(Date) });
    for (const body of ['first', 'second']) await keys.complete(request, { statusCode: 201, body });
    await keys.release(request);
    expect(await keys.claim(request)).toEqual({ statusCode: 201, body: 'first' });
  });

  it('is taken over by one of many', async () => {
    const { id: courseId } = await school.course();
    const key = await leftBehind(courseId, -1);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(SESSIONS, { courseId }, key)));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });
});

describe('a key', () => {
  const keysLike = (key: string) => school.sql('SELECT 1 FROM idempotency_keys WHERE key = $1', [key]);

  it('has 1 to 255 characters', async () => {
    const { id: courseId } = await free();
    for (const key of ['', 'k'.repeat(256)]) {
      expect(await post('/enrollments', { courseId }, key)).toMatchObject({
        status: 400,
        body: {
          code: 'VALIDATION_FAILED',
          errors: [{ pointer: '#/header/Idempotency-Key', detail: 'Idempotency-Key must have 1 to 255 characters' }],
        },
      });
      expect(await keysLike(key)).toEqual([]);
    }
    expect(await school.sql('SELECT 1 FROM enrollments WHERE course_id = $1', [courseId])).toEqual([]);
    expect((await post('/enrollments', { courseId }, 'k'.repeat(255))).status).toBe(201);
  });

  it('is forgotten after 24 hours, by housekeeping: the same request is another one then', async () => {
    const { id: courseId } = await school.course();
    const key = newKey();
    const buy = async () => (await post(SESSIONS, { courseId }, key)).replayed;
    expect([await buy(), await buy()]).toEqual([false, true]);
    const older = async (by: string) => {
      await school.sql('UPDATE idempotency_keys SET created_at = created_at - $2::interval WHERE key = $1', [key, by]);
      await school.app.get(Housekeeping).run();
    };
    await older('23 hours 58 minutes');
    expect(await buy()).toBe(true);
    expect(await sessionsFor(courseId)).toHaveLength(1);
    await older('3 minutes');
    expect(await keysLike(key)).toEqual([]);
    expect([await buy(), await buy()]).toEqual([false, true]);
    expect(await sessionsFor(courseId)).toHaveLength(2);
  });
});
