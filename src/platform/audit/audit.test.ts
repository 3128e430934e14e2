import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { person, type Person, sql } from '../../../test/support/people.js';

let app: TestApp;
let admin: Person;
let second: Person;
let subjects: Person[];
beforeAll(async () => {
  app = await startTestApp();
  [admin, second] = [await person(app, 'ADMIN'), await person(app, 'ADMIN')];
  subjects = [await person(app), await person(app), await person(app)];
  for (const [index, who] of subjects.entries()) {
    app.clock.advance(60);
    const by = index === 1 ? second : admin;
    await app.request('PATCH', `/users/${who.id}/roles`, { body: { roles: ['STAFF'] }, token: by.token });
  }
});
afterAll(() => app.close());

interface Log {
  data: { id: string; at: string; actorId: string; action: string; objectId: string }[];
  pagination: object;
}
const list = (query = '', token = admin.token) => app.get<Log>(`/admin/audit-log${query}`, token);
const objects = ({ body }: { body: Log }) => body.data.map(({ objectId }) => objectId);
const ids = (...indices: number[]) => indices.map((index) => subjects[index]!.id);

describe('the audit log', () => {
  it('is listed newest first, whole', async () => {
    const answer = await list();
    expect(objects(answer)).toEqual(ids(2, 1, 0));
    expect(answer.body.pagination).toEqual({ page: 1, limit: 20, total: 3, pages: 1 });
    expect(answer.body.data[0]).toEqual({
      id: expect.stringMatching(/^aud_/),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      actorId: admin.id,
      action: 'user.roles-changed',
      objectType: 'user',
      objectId: subjects[2]!.id,
      before: { roles: ['STUDENT'] },
      after: { roles: ['STAFF'] },
      reason: null,
      ip: expect.stringContaining('127.0.0.1'),
      requestId: expect.any(String),
    });
    const times = answer.body.data.map(({ at }) => at);
    expect(times.toSorted().toReversed()).toEqual(times);
  });

  it('is filtered by actor, object and action', async () => {
    expect(objects(await list(`?actorId=${second.id}`))).toEqual(ids(1));
    expect(objects(await list(`?objectId=${subjects[0]!.id}`))).toEqual(ids(0));
    expect(objects(await list('?action=user.roles-changed'))).toEqual(ids(2, 1, 0));
    expect(objects(await list('?action=refund'))).toEqual([]);
    expect(objects(await list(`?actorId=${admin.id}&objectId=${subjects[1]!.id}`))).toEqual([]);
  });

  it('comes in pages', async () => {
    const [first, last] = [await list('?limit=2'), await list('?limit=2&page=2')];
    expect([...objects(first), ...objects(last)]).toEqual(ids(2, 1, 0));
    expect(last.body.pagination).toEqual({ page: 2, limit: 2, total: 3, pages: 2 });
  });

  it('is for admins only', async () => {
    const staff = await person(app, 'INSTRUCTOR', 'STAFF', 'ENTERPRISE');
    expect(await list('', staff.token)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await app.get('/admin/audit-log')).status).toBe(401);
  });

  it('has no record of what was refused', async () => {
    const { body } = await list();
    await app.request('PATCH', `/users/${admin.id}/roles`, { body: { roles: ['KING'] }, token: admin.token });
    await app.request('PATCH', '/users/usr_unknown/roles', { body: { roles: ['STAFF'] }, token: admin.token });
    expect((await list()).body).toEqual(body);
  });
});

describe('nobody rewrites the audit log', () => {
  const rewrites = [
    `UPDATE audit_records SET actor_id = 'usr_somebody_else'`,
    'DELETE FROM audit_records',
    'TRUNCATE audit_records',
    `INSERT INTO audit_records SELECT * FROM audit_records ON CONFLICT (id) DO UPDATE SET actor_id = 'usr_x'`,
  ];
  const attempts = (['appUrl', 'ownerUrl'] as const).flatMap((role) => rewrites.map((text) => [role, text] as const));

  it.each(attempts)('as %s: %s', async (role, text) => {
    const before = await sql(app.database, 'SELECT * FROM audit_records ORDER BY id');
    const client = new pg.Client({ connectionString: app.database[role] });
    await client.connect();
    try {
      await expect(client.query(text)).rejects.toThrow(/append-only|permission denied/);
    } finally {
      await client.end();
    }
    expect(await sql(app.database, 'SELECT * FROM audit_records ORDER BY id')).toEqual(before);
  });

  it('nor can the application take the guard away', async () => {
    const client = new pg.Client({ connectionString: app.database.appUrl });
    await client.connect();
    try {
      await expect(client.query('ALTER TABLE audit_records DISABLE TRIGGER ALL')).rejects.toThrow(/must be owner/);
      await expect(client.query(`SET session_replication_role = 'replica'`)).rejects.toThrow(/permission denied/);
    } finally {
      await client.end();
    }
  });
});
