import pg from 'pg';
import { type Bench, type LedgerLeg, same } from '../properties/ledger-bench.js';

/* What the ledger promises about entries, the months they are in, and the journal that they make. */

const CHECK_VIOLATION = '23514';
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const PERMISSION_DENIED = '42501';

const sale: LedgerLeg[] = [
  { code: 'asset:provider:stripe', amount: 9999 },
  { code: 'liability:earnings-pending:usr_1', amount: -6999 },
  { code: 'revenue:courses', amount: -3000 },
];

export const journalPromises: Record<string, (bench: Bench) => Promise<void>> = {
  'an entry balances in each currency': async (bench) => {
    await bench.post(sale);
    await bench.refused(() => bench.post([sale[0]!, { ...sale[2]!, amount: -9998 }]), 'LG001');
    await bench.refused(() => bench.post([sale[0]!, { ...sale[2]!, currency: 'EUR', amount: -9999 }]), 'LG001');
  },

  'an entry has legs': async (bench) => {
    await bench.refused(() => bench.post([]), 'LG002');
    await bench.refused(() => bench.post([{ code: 'revenue:courses', amount: 0 }]), 'LG002');
  },

  'legs on one account are one posting': async (bench) => {
    await bench.post([
      { code: 'asset:provider:stripe', amount: 500 },
      { ...bench.wallet(), amount: -300 },
      { ...bench.wallet(), amount: -200 },
    ]);
    same(await bench.kept(), '500 held 0');
  },

  'nothing is added to what is posted': async (bench) => {
    const id = await bench.post(sale);
    const add = `INSERT INTO ledger_postings SELECT entry_id, position + 10, account_id, amount, currency FROM ledger_postings WHERE entry_id = $1`;
    await bench.refused(() => bench.owner.query(add, [id]), 'LG003', bench.owner);
  },

  'a posting has the currency of its account': (bench) =>
    bench.refused(
      () =>
        bench.owner.query(
          `WITH e AS (INSERT INTO ledger_entries (id, kind, reference, content_hash, object_type, object_id, effective_at, posted_at, actor)
             VALUES ('ent_fx', 't', 'fx', '', 't', 't', now(), now(), 's') RETURNING id),
           a AS (INSERT INTO ledger_accounts (code, type, currency, created_at) VALUES ('asset:fx', 'ASSET', 'USD', now()) RETURNING id)
           INSERT INTO ledger_postings SELECT e.id, n, a.id, CASE n WHEN 1 THEN 5 ELSE -5 END, 'EUR' FROM e, a, generate_series(1, 2) n`,
        ),
      FOREIGN_KEY_VIOLATION,
      bench.owner,
    ),

  'a reference is posted once': async (bench) => {
    const reference = bench.reference();
    const id = await bench.post(sale, { reference });
    same(await bench.post(sale, { reference, at: '2026-11-22' }), id);
    const double = sale.map((leg) => ({ ...leg, amount: 2 * leg.amount }));
    await bench.refused(() => bench.post(double, { reference }), 'LG004');
    await bench.refused(() => bench.post(sale, { reference, kind: 'other' }), 'LG004');
    await bench.refused(() => bench.post(sale, { reference, object: 'other' }), 'LG004');
    const others = sale.map((leg) => ({ ...leg, currency: 'EUR' }));
    await bench.refused(() => bench.post(others, { reference }), 'LG004');
    const again = bench.reference();
    const ids = await Promise.all(bench.apps.map((by) => bench.post(sale, { reference: again }, by)));
    same(new Set(ids).size, 1);
  },

  'a reference under way is waited for': async (bench) => {
    const [first, second] = bench.apps;
    for (const end of ['COMMIT', 'ROLLBACK']) {
      const reference = bench.reference();
      await first.query('BEGIN');
      const id = await bench.post(sale, { reference }, first);
      const waiting = bench.post(sale, { reference }, second);
      same(await bench.waits(second, waiting), true);
      await first.query(end);
      same((await waiting) === id, end === 'COMMIT');
    }
  },

  'an entry is taken back once': async (bench) => {
    const reverses = await bench.post(sale);
    const back = sale.map((leg) => ({ ...leg, amount: -leg.amount }));
    await bench.post(back, { reverses });
    await bench.refused(() => bench.post(back, { reverses }), UNIQUE_VIOLATION);
  },

  'a closed month takes nothing': async (bench) => {
    await bench.close('2026-01-01', '2026-02-03');
    await bench.refused(() => bench.post(sale, { at: '2026-01-31T23:59:59Z' }), 'LG005');
    await bench.post(sale, { at: '2026-02-01T00:00:00Z' });
    same(await bench.close('2026-01-01', '2026-02-09'), new Date('2026-02-03T00:00:00Z'));
    await bench.refused(() => bench.close('2026-02-15', '2026-03-03'), CHECK_VIOLATION);
  },

  'a month is closed after what is under way in it': async (bench) => {
    const [poster, closer, late] = bench.apps as [pg.Client, pg.Client, pg.Client];
    await bench.post(sale, { at: '2026-03-01' });
    await poster.query('BEGIN');
    await bench.post(sale, { at: '2026-03-05' }, poster);
    const closing = bench.close('2026-03-01', '2026-04-01', closer);
    same(await bench.waits(closer, closing), true);
    await poster.query('COMMIT');
    await closing;
    await bench.refused(() => bench.post(sale, { at: '2026-03-06' }, late), 'LG005', late);
  },

  "a caller's own tables do not deceive it": async (bench) => {
    await bench.close('2026-04-01', '2026-05-03');
    await bench.refused(async () => {
      await bench.app.query(
        `CREATE TEMP TABLE ledger_periods (month date PRIMARY KEY, closed_at timestamptz) ON COMMIT DROP`,
      );
      await bench.app.query('GRANT ALL ON pg_temp.ledger_periods TO PUBLIC');
      await bench.post(sale, { at: '2026-04-05' });
    }, 'LG005');
  },

  'the application only reads the tables': async (bench) => {
    // Asked rather than tried: a statement may be refused for what its triggers may not do.
    const { rows } = await bench.app.query<{ may: string }>(
      `SELECT privilege || ' ' || relname AS may
         FROM pg_class, unnest('{INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) privilege
        WHERE relkind = 'r' AND relname LIKE 'ledger\\_%' AND (has_table_privilege(oid, privilege)
          OR (privilege IN ('INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(oid, privilege)))
       UNION ALL SELECT 'CREATE in ' || nspname FROM pg_namespace WHERE nspname = 'public' AND has_schema_privilege(oid, 'CREATE')`,
    );
    same(
      rows.map(({ may }) => may),
      [],
    );
    await bench.refused(() => bench.app.query('UPDATE ledger_accounts SET balance = balance'), PERMISSION_DENIED);
  },

  'not even the owner changes the journal': async (bench) => {
    for (const statement of [
      'UPDATE ledger_entries SET kind = kind WHERE false',
      'DELETE FROM ledger_entries WHERE false',
      'UPDATE ledger_postings SET amount = amount WHERE false',
      'DELETE FROM ledger_postings WHERE false',
      'TRUNCATE ledger_postings',
      'TRUNCATE ledger_entries CASCADE',
      'DELETE FROM ledger_holds WHERE false',
    ]) {
      await bench.refused(() => bench.owner.query(statement), 'LG007', bench.owner);
    }
  },
};
