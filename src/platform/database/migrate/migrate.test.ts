import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { createEmptyDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { JOBS_SCHEMA, migrate, type MigrateResult } from './index.js';

const TABLES = `
  CREATE TABLE courses (id text PRIMARY KEY, number serial, title text);
  CREATE TABLE ledger_entries (id text PRIMARY KEY, amount bigint NOT NULL);
  CREATE VIEW entries_of_the_day AS SELECT * FROM ledger_entries;
  -- A semicolon; in a comment, and more in a body:
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no; never'; END; $$;`;

const POST = `
  CREATE OR REPLACE FUNCTION post(p_id text, p_amount bigint) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ INSERT INTO ledger_entries VALUES (p_id, p_amount) RETURNING amount $$;`;

const NOTHING: MigrateResult = {
  roles: [],
  migrations: [],
  functions: [],
  droppedFunctions: [],
  jobs: [],
  grants: [],
  warnings: [],
};

let database: TestDatabase;
let root: string;
let open: pg.Client[];

async function prepare(): Promise<void> {
  database = await createEmptyDatabase();
  root = await mkdtemp(join(tmpdir(), 'bursar-migrate-'));
  open = [];
  await write('prisma/migrations/20260101000000_first/migration.sql', TABLES);
  await write('src/ledger/sql/post.sql', POST);
}

async function cleanUp(): Promise<void> {
  await Promise.all(open.map((client) => client.end()));
  await database.drop();
  await rm(root, { recursive: true, force: true });
}

const run = () => migrate({ ...database, root });

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  open.push(client);
  return client;
}

describe('migrate', () => {
  beforeEach(prepare);
  afterEach(cleanUp);

  it('installs everything once and then finds nothing to do', async () => {
    const first = await run();
    expect(first).toMatchObject({ migrations: ['20260101000000_first'], functions: ['post'], warnings: [] });
    expect(first.jobs).toContain('queue housekeeping');

    expect(await run()).toEqual(NOTHING);
  });

  it('runs once however many processes start it together', async () => {
    const results = await Promise.all([run(), run(), run()]);
    expect(results.flatMap(({ migrations }) => migrations)).toEqual(['20260101000000_first']);
    expect(results.flatMap(({ functions }) => functions)).toEqual(['post']);
  });

  it('creates the role of the application when it is missing, and says how when it may not', async () => {
    const role = `${database.name}_app`;
    const appUrl = Object.assign(new URL(database.appUrl), { username: role, password: 'p@ss' }).href;
    const superuser = await connect(database.superuserUrl);
    try {
      await superuser.query('ALTER ROLE bursar_owner NOCREATEROLE');
      await expect(migrate({ ...database, appUrl, root })).rejects.toThrow(`CREATE ROLE "${role}" LOGIN PASSWORD`);
      await superuser.query('ALTER ROLE bursar_owner CREATEROLE');
      expect(await migrate({ ...database, appUrl, root })).toMatchObject({ roles: [`role ${role}`], warnings: [] });
      await (await connect(appUrl)).query('SELECT * FROM courses');
    } finally {
      await superuser.query('ALTER ROLE bursar_owner CREATEROLE');
      await Promise.all(open.splice(0).map((client) => client.end()));
      await database.drop();
      const cleaner = await connect(Object.assign(new URL(database.superuserUrl), { pathname: '/postgres' }).href);
      await cleaner.query(`DROP ROLE IF EXISTS ${role}`);
    }
  });

  it('warns when the application itself owns the schema', async () => {
    const { warnings } = await migrate({ ownerUrl: database.ownerUrl, appUrl: database.ownerUrl, root });
    expect(warnings).toEqual([expect.stringContaining('bursar_owner also owns the schema')]);
  });

  describe('migrations', () => {
    it('leaves nothing of one that fails and takes it again once it is corrected', async () => {
      await run();
      const file = 'prisma/migrations/20260102000000_second/migration.sql';
      await write(file, 'CREATE TABLE half (id text); CREATE TABLE courses (id text);');
      await expect(run()).rejects.toThrow(/20260102000000_second: .*"courses" already exists/);

      await write(file, 'CREATE TABLE half (id text);');
      expect(await run()).toMatchObject({ migrations: ['20260102000000_second'] });
    });

    it('refuses one that was edited after it was applied', async () => {
      await run();
      await write('prisma/migrations/20260101000000_first/migration.sql', `${TABLES} CREATE TABLE more (id text);`);
      await expect(run()).rejects.toThrow('Edited after they were applied to this database: 20260101000000_first');
    });
  });

  describe('functions', () => {
    const call = async (sql: string) => (await (await connect(database.appUrl)).query(sql)).rows[0] as unknown;

    it('replaces one whose text changed, and only that one', async () => {
      await write(
        'src/coupons/sql/discount.sql',
        'CREATE OR REPLACE FUNCTION discount() RETURNS int LANGUAGE sql RETURN 1',
      );
      await run();
      await write(
        'src/coupons/sql/discount.sql',
        'CREATE OR REPLACE FUNCTION discount() RETURNS int LANGUAGE sql RETURN 2',
      );
      expect(await run()).toEqual({ ...NOTHING, functions: ['discount'] });
      expect(await call('SELECT discount()')).toEqual({ discount: 2 });
    });

    it.each([
      ['a return type', 'discount(p_id text) RETURNS bigint LANGUAGE sql RETURN 2', { discount: '2' }],
      ['a parameter name', 'discount(p_code text) RETURNS int LANGUAGE sql RETURN 2', { discount: 2 }],
      [
        'parameter types',
        'discount(p_id varchar, p_off int = 2) RETURNS int LANGUAGE sql RETURN p_off',
        { discount: 2 },
      ],
    ])('replaces one with %s changed, leaving no overload', async (_change, definition, answer) => {
      const file = 'src/coupons/sql/discount.sql';
      await write(file, 'CREATE OR REPLACE FUNCTION discount(p_id text) RETURNS int LANGUAGE sql RETURN 1');
      await run();
      await write(file, `CREATE OR REPLACE FUNCTION ${definition}`);
      expect(await run()).toEqual({ ...NOTHING, functions: ['discount'] });
      expect(await call("SELECT discount('SUMMER')")).toEqual(answer);
      expect(await call("SELECT count(*)::int FROM pg_proc WHERE proname = 'discount'")).toEqual({ count: 1 });
    });

    it('drops one whose file is gone and restores one that was dropped by hand', async () => {
      await run();
      await (await connect(database.ownerUrl)).query('DROP FUNCTION post');
      expect(await run()).toEqual({ ...NOTHING, functions: ['post'] });
      await rm(join(root, 'src/ledger/sql/post.sql'));
      expect(await run()).toEqual({ ...NOTHING, droppedFunctions: ['post'] });
    });

    it('lets one use a sibling that comes later in the alphabet', async () => {
      await write('src/seats/sql/a.sql', 'CREATE OR REPLACE FUNCTION a() RETURNS int LANGUAGE sql AS $$ SELECT b() $$');
      await write('src/seats/sql/b.sql', 'CREATE OR REPLACE FUNCTION b() RETURNS int LANGUAGE sql AS $$ SELECT 7 $$');
      await run();
      expect(await call('SELECT a()')).toEqual({ a: 7 });
    });

    it('names file and line of a mistake and installs none of the others', async () => {
      await run();
      await write('src/coupons/sql/a.sql', 'CREATE OR REPLACE FUNCTION a() RETURNS int LANGUAGE sql RETURN 1');
      await write('src/seats/sql/b.sql', 'CREATE OR REPLACE FUNCTION b() RETURNS int LANGUAGE sql\nRETURN missing');
      await expect(run()).rejects.toThrow('seats/sql/b.sql, line 2: column "missing" does not exist');
      await expect(call('SELECT a()')).rejects.toThrow('function a() does not exist');
    });
  });
});

describe('the role of the application', () => {
  let app: pg.Client;
  beforeAll(async () => {
    await prepare();
    await run();
    app = await connect(database.appUrl);
  });
  afterAll(cleanUp);

  it('reads and writes ordinary tables and calls functions', async () => {
    await app.query("INSERT INTO courses (id) VALUES ('a')");
    expect((await app.query('SELECT number FROM courses')).rows).toEqual([{ number: 1 }]);
    expect((await app.query("SELECT post('e', 5)")).rows).toEqual([{ post: '5' }]);
    expect((await app.query('SELECT amount FROM ledger_entries')).rows).toEqual([{ amount: '5' }]);
  });

  it.each([
    'CREATE TABLE mine (id text)',
    `CREATE TABLE ${JOBS_SCHEMA}.mine (id text)`,
    "INSERT INTO ledger_entries VALUES ('e', 5)",
    'UPDATE ledger_entries SET amount = 5',
    'DELETE FROM ledger_entries',
    'TRUNCATE ledger_entries',
    'DELETE FROM entries_of_the_day',
    'TRUNCATE courses',
    'SELECT * FROM _prisma_migrations',
    'SELECT * FROM migration.sql_function',
  ])('may not %s', async (statement) => {
    await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('loses a right that somebody gave it', async () => {
    const owner = await connect(database.ownerUrl);
    await owner.query('GRANT INSERT ON ledger_entries TO bursar_app; GRANT DELETE ON courses TO PUBLIC');
    await owner.query('REVOKE UPDATE ON courses FROM bursar_app');
    expect((await run()).grants).toHaveLength(2);
    await expect(app.query("INSERT INTO ledger_entries VALUES ('e', 5)")).rejects.toMatchObject({ code: '42501' });
    await app.query("UPDATE courses SET title = 'x'");
  });

  it('gives functions to nobody else', async () => {
    const { rows } = await app.query(
      "SELECT has_function_privilege('public', 'post(text, bigint)', 'EXECUTE') AS open",
    );
    expect(rows).toEqual([{ open: false }]);
  });

  it('sends, schedules and fetches jobs with pg-boss, migrations off', async () => {
    const boss = new PgBoss({ connectionString: database.appUrl, schema: JOBS_SCHEMA, migrate: false, max: 4 });
    const errors: unknown[] = [];
    boss.on('error', (error) => errors.push(error));
    await boss.start();
    try {
      const id = await boss.send('housekeeping', { task: 'sweep' });
      const [job] = await boss.fetch<{ task: string }>('housekeeping');
      expect(job).toMatchObject({ id, data: { task: 'sweep' } });
      await boss.complete('housekeeping', job!.id);
      await boss.schedule('housekeeping', '* * * * *');
      await boss.supervise();
    } finally {
      await boss.stop({ graceful: false });
    }
    expect(errors).toEqual([]);
  });
});
