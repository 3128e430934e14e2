import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { RawLedger, type Leg, sale } from '../../test/support/raw-ledger.js';

/*
 * The rules that the database itself keeps, tried as the application's role with nothing of the application in between,
 * and the structural ones as the owner too.
 */

let database: TestDatabase;
let app: pg.Client;
let ledger: RawLedger;
let owner: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  app = new pg.Client({ connectionString: database.appUrl });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await Promise.all([app.connect(), owner.connect()]);
  ledger = new RawLedger(app);
});
afterAll(async () => {
  await Promise.all([app.end(), owner.end()]);
  await database.drop();
});
beforeEach(() => app.query('BEGIN'));
afterEach(() => app.query('ROLLBACK'));

async function refused(statement: Promise<unknown>, code: string): Promise<void> {
  await expect(statement).rejects.toMatchObject({ code });
}

const PERMISSION_DENIED = '42501';
const CHECK_VIOLATION = '23514';

describe('an entry', () => {
  it('is posted with its legs, and opens the accounts it names', async () => {
    const id = await ledger.post(sale);
    const { rows } = await app.query(
      'SELECT a.code, a.type, a.owner_id, p.amount::int FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.entry_id = $1 ORDER BY position',
      [id],
    );
    expect(rows).toEqual([
      { code: 'asset:provider:stripe', type: 'ASSET', owner_id: null, amount: 9999 },
      { code: 'liability:earnings-pending:usr_1', type: 'LIABILITY', owner_id: 'usr_1', amount: -6999 },
      { code: 'revenue:courses', type: 'REVENUE', owner_id: null, amount: -3000 },
    ]);
  });

  it('is refused unbalanced', () => refused(ledger.post([sale[0]!, { ...sale[2]!, amount: -9998 }]), 'LG001'));

  it('is refused when only the sum over two currencies is zero', () =>
    refused(ledger.post([sale[0]!, { code: 'revenue:courses', currency: 'EUR', amount: -9999 }]), 'LG001'));

  it('has no legs of zero: one that moves nothing cannot commit', async () => {
    await ledger.post([
      { code: 'revenue:courses', amount: 0 },
      { code: 'asset:provider:stripe', amount: 5 },
      { code: 'asset:provider:stripe', amount: -5 },
    ]);
    await refused(app.query('COMMIT'), 'LG002');
  });

  it.each<[string, Parameters<typeof ledger.post>[1], Leg[]]>([
    ['a currency that is none', {}, sale.map((leg) => ({ ...leg, currency: 'usd' }))],
    ['an account without a name', {}, [sale[0]!, { code: 'revenue:', amount: -9999 }]],
    [
      'an amount no JSON number holds',
      {},
      [
        { code: 'asset:bank', amount: 2 ** 53 },
        { code: 'revenue:courses', amount: -(2 ** 53) },
      ],
    ],
    ['an empty reference', { reference: '' }, sale],
    ['a date beyond the calendar', { at: '4000-01-01T00:00:00Z' }, sale],
  ])('is refused with %s', (_, options, legs) => refused(ledger.post(legs, options), CHECK_VIOLATION));

  it('cannot commit empty', async () => {
    await ledger.post([]);
    await refused(app.query('COMMIT'), 'LG002');
  });

  it('takes nothing once it is posted, not even from the owner in one balanced statement', async () => {
    await app.query('ROLLBACK');
    const id = await ledger.post(sale, { reference: 'late' });
    await refused(
      owner.query(
        `INSERT INTO ledger_postings SELECT entry_id, position + 10, account_id, amount, currency FROM ledger_postings WHERE entry_id = $1`,
        [id],
      ),
      'LG003',
    );
  });

  it('is replayed under the same reference, and refused with other content', async () => {
    const first = await ledger.post(sale, { reference: 'once', id: 'ent_a' });
    expect(await ledger.post(sale, { reference: 'once', id: 'ent_b', at: '2026-11-22T10:00:00Z' })).toBe(first);
    const { rows } = await app.query(`SELECT count(*)::int AS legs FROM ledger_postings WHERE entry_id = 'ent_a'`);
    expect(rows).toEqual([{ legs: 3 }]);
    await refused(ledger.post(sale, { reference: 'once', kind: 'other' }), 'LG004');
  });

  it('posted by 20 at once under one reference stands once', async () => {
    const clients = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const client = new pg.Client({ connectionString: database.appUrl });
        await client.connect();
        return client;
      }),
    );
    const ids = await Promise.all(
      clients.map((by, index) => ledger.post(sale, { reference: 'many', id: `ent_many_${index}`, by })),
    );
    await Promise.all(clients.map((client) => client.end()));
    expect(new Set(ids).size).toBe(1);
  });

  it('has its currency from its account', () =>
    refused(
      owner.query(
        `WITH e AS (INSERT INTO ledger_entries (id, kind, reference, content_hash, object_type, object_id, effective_at, posted_at, actor)
           VALUES ('ent_fx', 't', 'fx', '', 't', 't', now(), now(), 's') RETURNING id),
         a AS (INSERT INTO ledger_accounts (code, type, currency, created_at) VALUES ('asset:x', 'ASSET', 'USD', now()) RETURNING id)
         INSERT INTO ledger_postings SELECT e.id, n, a.id, CASE n WHEN 1 THEN 5 ELSE -5 END, 'EUR' FROM e, a, generate_series(1, 2) n`,
      ),
      '23503',
    ));

  it('is refused in a closed month, and accepted in the next', async () => {
    await app.query('ROLLBACK');
    await owner.query(`INSERT INTO ledger_periods (month, closed_at) VALUES ('2026-01-01', now())`);
    await refused(ledger.post(sale, { at: '2026-01-31T23:59:59Z' }), 'LG005');
    await ledger.post(sale, { at: '2026-02-01T00:00:00Z' });
  });

  it('belongs to a month that is closed by its first day and no other', () =>
    refused(app.query(`SELECT ledger_close_period('2026-01-15', now())`), CHECK_VIOLATION));

  it('takes back another at most once', async () => {
    const id = await ledger.post(sale);
    const back = sale.map((leg) => ({ ...leg, amount: -leg.amount }));
    const reverse = (reference: string) =>
      app.query(`SELECT ledger_post($1, 'reversal', $1, 'test', 'obj', now(), now(), 'system', $2::jsonb, $3)`, [
        reference,
        JSON.stringify(back.map((leg) => ({ currency: 'USD', ...leg }))),
        id,
      ]);
    await app.query('SAVEPOINT before');
    back[0]!.amount -= 1;
    back[1]!.amount += 1;
    await refused(reverse('not-quite'), 'LG009');
    await app.query('ROLLBACK TO before');
    back[0]!.amount += 1;
    back[1]!.amount -= 1;
    await reverse('back-1');
    await refused(reverse('back-2'), '23505');
  });
});

describe('the journal', () => {
  const tables = [
    'ledger_entries',
    'ledger_postings',
    'ledger_accounts',
    'ledger_holds',
    'ledger_periods',
    'ledger_deltas',
    'ledger_rollups',
  ];

  it.each(tables)('%s cannot be written by the application, only read', async (table) => {
    const column = { ledger_periods: 'month', ledger_postings: 'position', ledger_rollups: 'debits' }[table] ?? 'id';
    await app.query(`SELECT * FROM ${table}`);
    for (const statement of [
      `UPDATE ${table} SET ${column} = ${column}`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
      `INSERT INTO ${table} DEFAULT VALUES`,
    ]) {
      await app.query('SAVEPOINT before');
      await refused(app.query(statement), PERMISSION_DENIED);
      await app.query('ROLLBACK TO before');
    }
  });

  it('cannot be changed by its owner either', async () => {
    await app.query('ROLLBACK');
    await ledger.post(sale);
    for (const statement of [
      'UPDATE ledger_entries SET kind = kind',
      'DELETE FROM ledger_postings',
      'TRUNCATE ledger_postings',
      'TRUNCATE ledger_entries CASCADE',
      'DELETE FROM ledger_holds',
    ]) {
      await refused(owner.query(statement), 'LG007');
    }
  });
});

describe('a strict account', () => {
  const wallet = { code: 'liability:wallet:usr_9', ownerId: 'usr_9', strict: true, floor: 0 };
  const topUp = (amount: number) =>
    ledger.post([
      { code: 'asset:provider:stripe', amount },
      { ...wallet, amount: -amount },
    ]);
  const spend = (amount: number) =>
    ledger.post([
      { ...wallet, amount },
      { code: 'revenue:courses', amount: -amount },
    ]);
  const hold = (id: string, amount: number, reference = id) =>
    app.query(`SELECT ledger_place_hold($1, $2, 'USD', $3, $4, now()) AS id`, [id, wallet.code, amount, reference]);
  const resolve = (id: string, captured: number) =>
    app
      .query<{ done: boolean }>('SELECT ledger_resolve_hold($1, $2, now()) AS done', [id, captured])
      .then(({ rows }) => rows[0]!.done);
  const state = async () =>
    (await app.query('SELECT balance::int, held::int FROM ledger_accounts WHERE code = $1', [wallet.code]))
      .rows[0] as object;

  it('keeps its balance on its normal side', async () => {
    await topUp(500);
    await spend(120);
    expect(await state()).toEqual({ balance: 380, held: 0 });
  });

  it('cannot fall below its floor', async () => {
    await topUp(500);
    await refused(spend(501), CHECK_VIOLATION);
  });

  it('is what every wallet is, whoever opens it', async () => {
    for (const way of [{ strict: false, floor: undefined }, { floor: undefined }, { floor: -1 }]) {
      await app.query('SAVEPOINT before');
      await refused(
        ledger.post([
          { code: 'asset:provider:stripe', amount: 5 },
          { ...wallet, ...way, amount: -5 },
        ]),
        CHECK_VIOLATION,
      );
      await app.query('ROLLBACK TO before');
    }
  });

  it('cannot spend or hold what is already held', async () => {
    await topUp(500);
    await hold('hld_1', 300);
    expect(await state()).toEqual({ balance: 500, held: 300 });
    await app.query('SAVEPOINT before');
    await refused(hold('hld_2', 201), CHECK_VIOLATION);
    await app.query('ROLLBACK TO before');
    await refused(spend(201), CHECK_VIOLATION);
  });

  it('resolves a hold once: captured in part, the rest released with it', async () => {
    await topUp(500);
    await hold('hld_1', 300);
    expect(await resolve('hld_1', 100)).toBe(true);
    expect(await resolve('hld_1', 100)).toBe(false);
    expect(await resolve('hld_1', 0)).toBe(false);
    expect(await state()).toEqual({ balance: 500, held: 0 });
  });

  it('never captures more than was held', async () => {
    await topUp(500);
    await hold('hld_1', 300);
    await refused(resolve('hld_1', 301), CHECK_VIOLATION);
  });

  it('places a hold once per reference', async () => {
    await topUp(500);
    await hold('hld_1', 300, 'booking-1');
    const again = await hold('hld_2', 300, 'booking-1');
    expect(again.rows).toEqual([{ id: 'hld_1' }]);
    expect(await state()).toEqual({ balance: 500, held: 300 });
    await refused(hold('hld_3', 200, 'booking-1'), 'LG004');
  });

  it('cannot have a hold reopened or enlarged, even by the owner', async () => {
    await app.query('ROLLBACK');
    await topUp(500);
    await hold('hld_own', 300);
    await refused(owner.query(`UPDATE ledger_holds SET amount = 400 WHERE id = 'hld_own'`), 'LG008');
    await resolve('hld_own', 0);
    await refused(
      owner.query(`UPDATE ledger_holds SET status = 'OPEN', resolved_at = NULL WHERE id = 'hld_own'`),
      'LG008',
    );
  });
});
