import pg from 'pg';
import { violationsOf } from '../../src/ledger/upkeep/invariants.js';
import { ledgerRules } from '../../src/ledger/upkeep/ledger-rules.js';
import { Bench, codeOf, type Connections, type LedgerLeg, same } from '../properties/ledger-bench.js';
import type { TestDatabase } from './database.js';

/*
 * Everything that the ledger promises, tried against a database by plain connections: as the application's role, and as the owner where
 * not even the owner may. It knows nothing of how the database keeps it.
 */

type Rule = (bench: Bench) => Promise<void>;

const CONNECTIONS = 8;
/** What waits longer than this waits for ever. */
const STUCK = '-c statement_timeout=3000';

/** What the ledger does not keep of its promises, in words; empty when all is well. The database is used up by it. */
export async function ledgerBattery(database: TestDatabase): Promise<string[]> {
  const open = async (connectionString: string) => {
    const client = new pg.Client({ connectionString, options: STUCK });
    await client.connect();
    return client;
  };
  const [owner, ...app] = await Promise.all([
    open(database.ownerUrl),
    ...Array.from({ length: CONNECTIONS }, () => open(database.appUrl)),
  ]);
  const complaints: string[] = [];
  try {
    for (const [name, rule] of Object.entries(rules)) {
      const bench = new Bench(name.replaceAll(/[^a-z]+/g, '-'), owner, app as unknown as Connections);
      await rule(bench).catch((error: unknown) => complaints.push(`${name}: ${(error as Error).message}`));
      await Promise.all([owner, ...app].map((client) => client.query('ROLLBACK')));
    }
  } finally {
    await Promise.all([owner, ...app].map((client) => client.end()));
  }
  return complaints;
}

const CHECK_VIOLATION = '23514';
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const PERMISSION_DENIED = '42501';

const sale: LedgerLeg[] = [
  { code: 'asset:provider:stripe', amount: 9999 },
  { code: 'liability:earnings-pending:usr_1', amount: -6999 },
  { code: 'revenue:courses', amount: -3000 },
];

const rules: Record<string, Rule> = {
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

  'a balance is kept on the normal side': async (bench) => {
    await bench.topUp(500);
    await bench.spend(120);
    same(await bench.kept(), '380 held 0');
    const cash = { code: `asset:cash:${bench.reference()}`, strict: true, floor: 0 };
    await bench.post([
      { ...cash, amount: 700 },
      { code: 'revenue:courses', amount: -700 },
    ]);
    same(await bench.kept(cash.code), '700 held 0');
  },

  'a floor holds': async (bench) => {
    await bench.topUp(500);
    await bench.refused(() => bench.spend(501), CHECK_VIOLATION);
    await bench.refused(() => bench.spend(1, 'nobody'), CHECK_VIOLATION);
    await bench.hold(300);
    await bench.refused(() => bench.spend(201), CHECK_VIOLATION);
    await bench.refused(() => bench.hold(201), CHECK_VIOLATION);
    await bench.spend(200);
    same(await bench.kept(), '300 held 300');
  },

  'every wallet has a floor': async (bench) => {
    const legs = (way: object): LedgerLeg[] => [
      { code: 'asset:provider:stripe', amount: 5 },
      { code: bench.wallet().code, amount: -5, ...way },
    ];
    await bench.refused(() => bench.post(legs({})), CHECK_VIOLATION);
    await bench.refused(() => bench.post(legs({ strict: true })), CHECK_VIOLATION);
  },

  'a drawer has the floor that it was opened with': async (bench) => {
    const drawer = { code: `asset:cash:${bench.reference()}`, strict: true, floor: 0 };
    const legs: LedgerLeg[] = [
      { ...drawer, amount: -5 },
      { code: 'asset:bank', amount: 5 },
    ];
    await bench.refused(() => bench.post(legs), CHECK_VIOLATION);
    const loose = legs.map((leg) => ({ ...leg, amount: -leg.amount, strict: false }));
    await bench.refused(() => bench.post(loose), CHECK_VIOLATION);
  },

  'a hold is resolved once': async (bench) => {
    await bench.topUp(900);
    const [whole, part, none] = [await bench.hold(300), await bench.hold(300), await bench.hold(300)];
    await bench.refused(() => bench.resolve(whole, 301), CHECK_VIOLATION);
    same(
      [await bench.resolve(whole, 300), await bench.resolve(part, 100), await bench.resolve(none, 0)],
      [true, true, true],
    );
    same(
      [await bench.resolve(whole, 300), await bench.resolve(part, 0), await bench.resolve(none, 1)],
      [false, false, false],
    );
    same(await bench.kept(), '900 held 0');
  },

  'a hold is placed once per reference, on an account that keeps a balance': async (bench) => {
    await bench.topUp(500);
    const reference = bench.reference();
    const id = await bench.hold(300, 1, reference);
    same(await bench.hold(300, 1, reference), id);
    same(await bench.kept(), '500 held 300');
    await bench.refused(() => bench.hold(200, 1, reference), 'LG004');
    await bench.refused(() => bench.hold(1, 'nobody'), 'LG006');
    const loose = `SELECT ledger_place_hold('hld-loose', 'asset:provider:stripe', 'USD', 1, 'loose', now())`;
    await bench.refused(() => bench.app.query(loose), 'LG006');
  },

  'a hold is not reopened or enlarged': async (bench) => {
    await bench.topUp(500);
    const id = await bench.hold(300);
    const change = (what: string) => () => bench.owner.query(`UPDATE ledger_holds SET ${what} WHERE id = $1`, [id]);
    await bench.refused(change('amount = 400'), 'LG008', bench.owner);
    await bench.refused(
      change(`amount = 400, captured_amount = 400, status = 'CAPTURED', resolved_at = now()`),
      'LG008',
      bench.owner,
    );
    await bench.resolve(id, 0);
    await bench.refused(change(`status = 'OPEN', resolved_at = NULL`), 'LG008', bench.owner);
  },

  'a hold is captured by one of many at once': async (bench) => {
    await bench.topUp(500);
    const id = await bench.hold(300);
    const answers = await Promise.all(bench.apps.map((by) => bench.resolve(id, 100, by)));
    same(answers.filter(Boolean).length, 1);
    same(await bench.kept(), '500 held 0');
  },

  'a posting that waited counts on top of what it waited for': async (bench) => {
    const [first, second] = bench.apps;
    await bench.topUp(500);
    await first.query('BEGIN');
    await bench.spend(100, 1, first);
    const waiting = bench.spend(50, 1, second);
    same(await bench.waits(second, waiting), true);
    await first.query('COMMIT');
    await waiting;
    same(await bench.kept(), '350 held 0');
  },

  'a hold and a posting at once do not take the same money': async (bench) => {
    const [first, second] = bench.apps;
    await bench.topUp(500);
    await first.query('BEGIN');
    await bench.hold(400, 1, bench.reference(), first);
    const waiting = bench.spend(200, 1, second).then(() => 'spent', codeOf);
    same(await bench.waits(second, waiting), true);
    await first.query('COMMIT');
    same(await waiting, CHECK_VIOLATION);
    same(await bench.kept(), '500 held 400');
  },

  'transfers in both directions do not lock each other out': async (bench) => {
    const [holder, forth, back] = bench.apps as [pg.Client, pg.Client, pg.Client];
    await bench.topUp(500, 1);
    await bench.topUp(500, 2);
    // Both wait for the first wallet. One that had taken the second before would be waited for by the other, once that has the first.
    await holder.query('BEGIN');
    await bench.topUp(1, 1, holder);
    const first = bench.transfer(1, 2, 10, forth);
    same(await bench.waits(forth, first), true);
    const second = bench.transfer(2, 1, 20, back);
    same(await bench.waits(back, second), true);
    await holder.query('COMMIT');
    const outcomes = await Promise.all([first, second].map((posted) => posted.then(() => 'posted', codeOf)));
    same(outcomes, ['posted', 'posted']);
    same([await bench.kept(), await bench.kept(bench.wallet(2).code)], ['511 held 0', '490 held 0']);
  },

  'accounts are locked in the order of their numbers': async (bench) => {
    const [holder, waiting, free] = bench.apps as [pg.Client, pg.Client, pg.Client];
    const others = ['a', 'c', 'e', 'g', 'i', 'k'];
    for (const wallet of ['f', ...others]) await bench.topUp(100, wallet);
    await holder.query('BEGIN');
    await bench.topUp(1, 'f', holder);
    const legs = others.map((wallet) => ({ ...bench.wallet(wallet), amount: 10 }));
    // Whatever plan the server likes best: in this one an update comes by them in the order of their codes, so 'f' is not the first.
    await waiting.query(
      'SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_hashagg = off; SET enable_seqscan = off; DISCARD PLANS',
    );
    const posting = bench.post([...legs, { ...bench.wallet('f'), amount: -60 }], {}, waiting);
    same(await bench.waits(waiting, posting), true);
    // What waits for the first of its accounts has none of the others yet.
    for (const wallet of others) same(await bench.waits(free, bench.hold(1, wallet, bench.reference(), free)), false);
    await holder.query('COMMIT');
    await posting;
    await waiting.query('RESET ALL; DISCARD PLANS');
    same(await bench.kept(bench.wallet('f').code), '161 held 0');
  },

  'a fold loses nothing that commits late': async (bench) => {
    const [later, held] = bench.apps;
    const code = `asset:${bench.reference()}`;
    const add = (amount: number, by: pg.Client) =>
      bench.post(
        [
          { code, amount },
          { code: 'revenue:courses', amount: -amount },
        ],
        {},
        by,
      );
    await add(1, later);
    await bench.foldAll();
    await held.query('BEGIN');
    await add(1000, held);
    await add(10, later);
    await bench.fold(10_000, later);
    same(await bench.seen(code), 11);
    await held.query('COMMIT');
    same(await bench.seen(code), 1011);
    await bench.foldAll();
    same(await bench.seen(code), 1011);
  },

  'two fold at once without waiting or counting twice': async (bench) => {
    const [first, second] = bench.apps;
    const code = `asset:${bench.reference()}`;
    await bench.post([
      { code, amount: 7 },
      { code: 'revenue:courses', amount: -7 },
    ]);
    await first.query('BEGIN');
    await bench.fold(10_000, first);
    const folding = bench.fold(10_000, second);
    same(await bench.waits(second, folding), false);
    same(await folding, 0);
    await first.query('COMMIT');
    same(await bench.seen(code), 7);
  },

  'many at once': async (bench) => {
    const wallets = [1, 2, 3, 4];
    for (const wallet of wallets) await bench.topUp(1000, wallet);
    const allowed = new Set(['done', CHECK_VIOLATION]);
    const surprises = new Set<string>();
    let spent = 0;
    const live = async (by: pg.Client, index: number) => {
      for (let turn = 0; turn < 12; turn += 1) {
        const [from, to] = [wallets[(turn + index) % 4]!, wallets[(turn * 3 + index + 1) % 4]!];
        const act = async () => {
          if (turn % 4 === 0) await bench.fold(5, by);
          else if (turn % 4 === 1) {
            await bench.spend(90 + index, from, by);
            spent += 90 + index;
          } else if (turn % 4 === 2) await bench.transfer(from, to, 60 + turn, by);
          else {
            await by.query('BEGIN');
            const id = await bench.hold(100, from, bench.reference(), by);
            await bench.resolve(id, 40, by);
            await bench.spend(40, from, by);
            await by.query('COMMIT');
            spent += 40;
          }
        };
        const outcome = await act().then(() => 'done', codeOf);
        if (!allowed.has(outcome)) surprises.add(outcome);
        if (outcome !== 'done') await by.query('ROLLBACK');
      }
    };
    await Promise.all(bench.apps.map(live));
    same([...surprises], []);
    const { rows } = await bench.app.query<{ sum: string; held: string }>(
      'SELECT sum(balance) AS sum, sum(held) AS held FROM ledger_accounts WHERE code = ANY ($1)',
      [wallets.map((wallet) => bench.wallet(wallet).code)],
    );
    same(rows, [{ sum: String(4000 - spent), held: '0' }]);
  },

  'the invariants hold, before and after a fold': async (bench) => {
    const { text, values } = violationsOf(Object.entries(ledgerRules));
    for (const time of ['before', 'after']) {
      const { rows } = await bench.app.query<{ rule: string; subject: string; detail: string }>(text, values);
      same([time, ...rows.map(({ rule, subject, detail }) => `${rule}: ${subject} ${detail}`)], [time]);
      await bench.foldAll();
    }
  },
};
