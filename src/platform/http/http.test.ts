import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { person, type Person, sql } from '../../../test/support/people.js';

let app: TestApp;
let instructor: Person;
beforeAll(async () => {
  app = await startTestApp();
  instructor = await person(app, 'INSTRUCTOR');
});
afterAll(() => app.close());

interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { pointer: string; detail: string }[];
  requestId: string;
}

/** An error answer, checked for all that every one of them has. */
async function problem(
  method: string,
  path: string,
  options: { body?: string; headers?: object } = {},
): Promise<Problem> {
  const response = await fetch(`${app.url}/api${path}`, {
    method,
    body: options.body,
    headers: {
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      authorization: `Bearer ${instructor.token}`,
      ...options.headers,
    },
  });
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const body = (await response.json()) as Problem;
  expect(body).toEqual({
    type: `https://bursar.dev/problems/${body.code.toLowerCase().replaceAll('_', '-')}`,
    title: expect.any(String),
    status: response.status,
    detail: expect.any(String),
    code: expect.stringMatching(/^[A-Z_]+$/),
    ...(body.errors && { errors: body.errors }),
    requestId: response.headers.get('x-request-id'),
  });
  expect(body.requestId).toMatch(/^[\w-]{8,64}$/);
  return body;
}

describe('an error is answered as a problem', () => {
  it.each(['{', '{"title":}', '"text"', 'null', '{"title":"\\u00"}'])('to JSON that is none: %s', async (body) => {
    expect(await problem('POST', '/courses', { body })).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' });
  });

  it.each(['/nowhere', '/courses/x/y/z/nothing', '/'])('to an unknown route: %s', async (path) => {
    expect(await problem('GET', path)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('to a method that the route does not have', async () => {
    expect(await problem('DELETE', '/courses/public')).toMatchObject({ status: 404 });
    expect(await problem('PUT', '/payments/sessions')).toMatchObject({ status: 404 });
  });

  it('to a path that cannot be decoded', async () => {
    expect(await problem('GET', '/courses/%E0%A4%A')).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' });
  });

  it('to a body over 100 KB', async () => {
    const title = 'x'.repeat(100 * 1024);
    expect(await problem('POST', '/courses', { body: JSON.stringify({ title }) })).toMatchObject({
      status: 413,
      code: 'BODY_TOO_LARGE',
    });
  });

  it('to a body of more than 2,000 fields, wherever they are, without naming them', async () => {
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 1]));
    const told = async (body: object) => {
      const { status, code, detail, errors } = await problem('POST', '/courses', { body: JSON.stringify(body) });
      return [status, code, errors === undefined ? detail : errors.length > 2000];
    };
    const refused = [400, 'MALFORMED_REQUEST', 'The body has more than 2000 fields and list entries'];
    expect(await told(fields(2001))).toEqual(refused);
    expect(await told({ one: fields(1000), other: [fields(1000)] })).toEqual(refused);
    expect(await told({ prices: Array.from({ length: 2001 }, () => ({})) })).toEqual(refused);
    expect(await told(fields(2000))).toEqual([400, 'VALIDATION_FAILED', true]);
    const headers = { 'stripe-signature': 'none' };
    expect(
      await problem('POST', '/payments/webhooks/stripe', { body: JSON.stringify(fields(2001)), headers }),
    ).not.toMatchObject({ code: 'MALFORMED_REQUEST' });
  });

  it('to an encoding of the body that nobody knows', async () => {
    const headers = { 'content-encoding': 'secret' };
    expect(await problem('POST', '/courses', { body: '{}', headers })).toMatchObject({ status: 400 });
  });

  it('to a missing or broken token, and to a role that may not', async () => {
    const headers = (authorization: string) => ({ headers: { authorization } });
    expect(await problem('GET', '/auth/me', headers(''))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await problem('GET', '/auth/me', headers('Bearer x.y.z'))).toMatchObject({ status: 401 });
    expect(await problem('GET', '/users')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('to the character that PostgreSQL cannot keep', async () => {
    expect(await problem('GET', '/courses/crs_%00')).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' });
    expect(await problem('GET', '/courses/public?keyword=a%00b')).toMatchObject({ status: 400 });
  });
});

describe('a request that is not valid', () => {
  const pointers = ({ errors }: Problem) => [...new Set(errors?.map(({ pointer }) => pointer))];

  it('is told every bad field of its body at once, unknown ones by name', async () => {
    const body = JSON.stringify({ title: 7, price: 1.5, isPremium: 'yes', 'a/b~c': 1, currency: 'dollars' });
    const answer = await problem('POST', '/courses', { body });
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(pointers(answer).toSorted()).toEqual(
      ['#/a~1b~0c', '#/category', '#/currency', '#/description', '#/isPremium', '#/price', '#/title'].toSorted(),
    );
    expect(answer.errors).toContainEqual({ pointer: '#/a~1b~0c', detail: 'this field is not known' });
    expect(answer.errors).toContainEqual({
      pointer: '#/price',
      detail: 'price must be an integer number of minor units',
    });
  });

  it.each(['[]', '[{"title":"x"}]', '{}'])('is told of the missing ones: %s', async (body) => {
    const answer = await problem('POST', '/courses', { body });
    for (const field of ['title', 'description', 'category', 'isPremium', 'price', 'currency'])
      expect(answer.errors?.filter(({ pointer }) => pointer === `#/${field}`)).toEqual([
        { pointer: `#/${field}`, detail: `${field} must be given` },
      ]);
  });

  it('is told in words what a text has to look like', async () => {
    const { errors } = await problem('GET', '/payments/tax/quote?amount=100&currency=USD&country=D1');
    expect(errors).toEqual([
      { pointer: '#/query/country', detail: 'country must be a country in two letters, such as DE' },
    ]);
  });

  it.each(['constructor', '__proto__', 'toString'])(
    'changes nothing by a field that every object has: "%s"',
    async (name) => {
      const { body: before } = await app.get('/auth/me', instructor.token);
      await fetch(`${app.url}/api/users/me`, {
        method: 'PATCH',
        body: `{"${name}":{"name":"Mallory","roles":["ADMIN"]}}`,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${instructor.token}` },
      });
      expect((await app.get('/auth/me', instructor.token)).body).toEqual(before);
      expect(({} as { roles?: unknown }).roles).toBeUndefined();
    },
  );

  it.each([
    ['page=0', '#/query/page'],
    ['page=1.5', '#/query/page'],
    ['page=two', '#/query/page'],
    ['page=1&page=2', '#/query/page'],
    ['limit=0', '#/query/limit'],
    ['limit=101', '#/query/limit'],
    ['sort=price%3B--', '#/query/sort'],
    ['level=expert', '#/query/level'],
    ['currency=dollars', '#/query/currency'],
    ['minPrice=-1', '#/query/minPrice'],
    ['keyword=', '#/query/keyword'],
    ['colour=red', '#/query/colour'],
    ['keyword[a]=b', '#/query/keyword[a]'],
  ])('is told what is wrong with its query: ?%s', async (query, pointer) => {
    const answer = await problem('GET', `/courses/public?${query}`);
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(pointers(answer)).toEqual([pointer]);
  });
});

describe('the id of a request', () => {
  const idOf = async (given?: string, path = '/health/live') => {
    const response = await fetch(`${app.url}/api${path}`, {
      headers: { ...(given !== undefined && { 'x-request-id': given }) },
    });
    return response.headers.get('x-request-id');
  };
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

  it.each(['abcd1234', 'trace_01-AB', 'x'.repeat(64)])('is kept when it is well formed: %s', async (id) => {
    expect(await idOf(id)).toBe(id);
    expect(await problem('GET', '/nowhere', { headers: { 'x-request-id': id } })).toMatchObject({ requestId: id });
    const body = { body: '{', headers: { 'x-request-id': id } };
    expect(await problem('POST', '/courses', body)).toMatchObject({ requestId: id });
  });

  it.each(['short', 'x'.repeat(65), 'with a blank in it', '{"level":"fatal"}', ''])(
    'is replaced when it is "%s"',
    async (id) => {
      expect(await idOf(id)).toMatch(UUID);
      const { requestId } = await problem('GET', '/nowhere', { headers: { 'x-request-id': id } });
      expect(requestId).toMatch(UUID);
    },
  );

  it('is another one each time', async () => {
    expect(await idOf()).not.toBe(await idOf());
  });
});

describe('a defect', () => {
  it('is answered 500 with nothing of our inside', async () => {
    await sql(app.database, 'ALTER TABLE courses RENAME TO mislaid');
    try {
      const answer = await problem('GET', '/courses/public');
      expect(answer).toMatchObject({
        status: 500,
        code: 'INTERNAL_ERROR',
        title: 'Something went wrong on our side',
        detail: 'Something went wrong on our side',
      });
      expect(JSON.stringify(answer)).not.toMatch(/courses|prisma|mislaid|sql|\.ts|\.js/i);
    } finally {
      await sql(app.database, 'ALTER TABLE mislaid RENAME TO courses');
    }
    expect((await app.get('/courses/public')).status).toBe(200);
  });

  it('of the client that breaks off a body harms nobody', async () => {
    await new Promise<void>((resolve) => {
      const broken = httpRequest(`${app.url}/api/courses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': '1000' },
      });
      broken.on('error', () => resolve());
      broken.on('close', () => resolve());
      broken.write('{"title":');
      setTimeout(() => broken.destroy(), 50);
    });
    expect((await app.get('/health/ready')).body).toEqual({ status: 'ok' });
  });
});
