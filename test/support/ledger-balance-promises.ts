import pg from 'pg';
import { violationsOf } from '../../src/ledger/upkeep/invariants.js';
import { ledgerRules } from '../../src/ledger/upkeep/ledger-rules.js';
import { type Bench, codeOf, type LedgerLeg, same } from '../properties/ledger-bench.js';

/* What the ledger promises about balances, floors, holds, and those who want the same money at once. */

const CHECK_VIOLATION = '23514';

export const balancePromises: Record<string, (bench: Bench) => Promise<void>> = {
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
