import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ledgerBattery } from '../support/ledger-battery.js';
import { sql } from '../support/people.js';

/*
 * Tests that can fail: the ledger is broken on purpose, in one place at a time, and the battery must notice. A fault is made of the real
 * source by replacing a text that must be there exactly once, so that a change of the source breaks loudly here. With SHOW_COMPLAINTS in
 * the environment it tells what was noticed.
 */

const migration = readFileSync(join('prisma', 'migrations', '0003_ledger', 'migration.sql'), 'utf8');

/** A function of src/ledger/sql, or of the migration, with these texts replaced. */
function broken(name: string, ...replacements: [from: string, to: string][]): string {
  const inMigration = new RegExp(`CREATE FUNCTION ${name}\\(\\)[\\s\\S]*?\\nEND \\$\\$;`).exec(migration)?.[0];
  const source =
    inMigration?.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION') ??
    readFileSync(join('src', 'ledger', 'sql', `${name}.sql`), 'utf8');
  return replacements.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`${name} does not have "${from}" exactly once`);
    return text.replace(from, () => to);
  }, source);
}

const locks = `  PERFORM 1 FROM ledger_accounts a
  WHERE a.strict AND (a.code, a.currency) IN (SELECT leg->>'code', leg->>'currency' FROM jsonb_array_elements(p_legs) leg)
  ORDER BY a.id FOR NO KEY UPDATE;`;

const faults: [name: string, statements: string][] = [
  ['an entry need not balance', broken('ledger_accept_postings', ['HAVING sum(amount) <> 0', 'HAVING false'])],
  [
    'an entry balances over all its currencies',
    broken('ledger_accept_postings', ['GROUP BY entry_id, currency HAVING', 'GROUP BY entry_id HAVING']),
  ],
  [
    'postings are added to what is posted',
    broken('ledger_accept_postings', ['<> (SELECT count(*) FROM added)', '< (SELECT count(*) FROM added)']),
  ],
  [
    'the rollups do not hear of postings',
    broken('ledger_accept_postings', [
      'FROM added GROUP BY account_id;',
      'FROM added WHERE false GROUP BY account_id;',
    ]),
  ],
  [
    'the rollups do not hear of credits',
    broken('ledger_accept_postings', ['coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)', '0']),
  ],
  ['an entry may be empty', 'DROP TRIGGER ledger_entries_not_empty ON ledger_entries'],
  ['postings can be changed', 'DROP TRIGGER ledger_postings_immutable ON ledger_postings'],
  ['entries can be changed', 'DROP TRIGGER ledger_entries_immutable ON ledger_entries'],
  [
    'a currency is not of its account',
    'ALTER TABLE ledger_postings DROP CONSTRAINT ledger_postings_account_id_currency_fkey',
  ],
  [
    'a reference is posted twice',
    `DROP INDEX ledger_entries_reference_key;
     ${broken('ledger_post', ['ON CONFLICT (reference) DO NOTHING', 'ON CONFLICT DO NOTHING'])}`,
  ],
  [
    'a reference is looked up before it is written, and not unique',
    `DROP INDEX ledger_entries_reference_key;
     ${broken('ledger_post', [
       'VALUES (p_entry_id, p_kind, p_reference, v_hash, p_object_type, p_object_id, p_effective_at, p_posted_at, p_actor, p_reverses)\n  ON CONFLICT (reference) DO NOTHING',
       'SELECT p_entry_id, p_kind, p_reference, v_hash, p_object_type, p_object_id, p_effective_at, p_posted_at, p_actor, p_reverses\n  WHERE NOT EXISTS (SELECT FROM ledger_entries WHERE reference = p_reference)',
     ])}`,
  ],
  ['a replay may have other content', broken('ledger_post', ['v_entry.content_hash <> v_hash', 'false'])],
  [
    'a replay may have other amounts',
    broken('ledger_post', [
      `jsonb_build_array(leg->>'code', leg->>'currency', leg->>'amount')`,
      `jsonb_build_array(leg->>'code', leg->>'currency')`,
    ]),
  ],
  ['an entry is taken back twice', 'DROP INDEX ledger_entries_reverses_key'],
  ['a closed month takes postings', broken('ledger_post', ['closed_at IS NOT NULL', 'false'])],
  [
    'a month is closed under a posting',
    broken('ledger_post', [
      'PERFORM 1 FROM ledger_periods WHERE month = v_month FOR SHARE;\n  IF NOT FOUND',
      'PERFORM 1 FROM ledger_periods WHERE month = v_month;\n  IF NOT FOUND',
    ]),
  ],
  [
    'a month is closed by any of its days, which closes nothing',
    'ALTER TABLE ledger_periods DROP CONSTRAINT ledger_periods_month',
  ],
  [
    'closing a month again moves the moment',
    broken('ledger_close_period', ['coalesce(ledger_periods.closed_at, excluded.closed_at)', 'excluded.closed_at']),
  ],
  [
    "a caller's temporary tables are believed",
    broken('ledger_post', ['SET search_path = public, pg_temp', 'SET search_path = pg_temp, public']),
  ],
  [
    'wallets are locked in the order in which they are named',
    broken('ledger_post', [
      'ORDER BY a.id FOR NO KEY UPDATE',
      `ORDER BY a.code = p_legs->0->>'code' DESC, a.id FOR NO KEY UPDATE`,
    ]),
  ],
  ['wallets are locked as the update comes by', broken('ledger_post', [locks, ''])],
  [
    'a balance is read before its lock',
    broken(
      'ledger_post',
      [locks, ''],
      ['balance = a.balance +', 'balance = (SELECT b.balance FROM ledger_accounts b WHERE b.id = a.id) +'],
    ),
  ],
  ['an asset has the sign of a liability', broken('ledger_post', [`IN ('ASSET', 'EXPENSE')`, `IN ('EXPENSE')`])],
  ['a strict account keeps no balance', broken('ledger_post', ['balance = a.balance +', 'balance = a.balance + 0 *'])],
  [
    'several legs on one account are not summed',
    broken('ledger_post', ['GROUP BY 1, 2 HAVING', 'GROUP BY 1, 2, place HAVING']),
  ],
  ['the sequence stands still', broken('ledger_post', ['sequence = a.sequence + 1', 'sequence = a.sequence'])],
  [
    'the sequence stands still, and nothing says so',
    `DROP INDEX ledger_postings_account_id_account_sequence_key;
     ${broken('ledger_post', ['sequence = a.sequence + 1', 'sequence = a.sequence'])}`,
  ],
  [
    'postings are not numbered',
    broken('ledger_post', ['moved.balance, moved.sequence\n', 'moved.balance, NULL::bigint\n']),
  ],
  [
    'a posting does not tell the balance after it',
    broken('ledger_post', ['legs.currency, moved.balance,', 'legs.currency, NULL::bigint,']),
  ],
  [
    'accounts are opened without their floor',
    broken('ledger_post', ['leg.floor, p_posted_at', 'NULL::bigint, p_posted_at']),
  ],
  ['there is no floor', 'ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_floor'],
  [
    'the floor does not know of holds',
    `ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_floor,
       ADD CONSTRAINT ledger_accounts_floor CHECK (floor IS NULL OR balance >= floor)`,
  ],
  ['a floor without a balance', 'ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_loose'],
  ['a wallet may be opened without a floor', 'ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_wallet'],
  ['a hold is resolved whatever its state', broken('ledger_resolve_hold', [` AND status = 'OPEN'`, ''])],
  [
    'a hold is resolved whatever its state, and nothing says so',
    `${broken('ledger_resolve_hold', [` AND status = 'OPEN'`, ''])}
     ${broken('ledger_track_hold', [`OLD.status <> 'OPEN' OR`, ''])}`,
  ],
  [
    'a hold can be enlarged',
    broken('ledger_track_hold', [
      '(NEW.id, NEW.account_id, NEW.amount, NEW.reference)',
      '(NEW.id, NEW.account_id, OLD.amount, NEW.reference)',
    ]),
  ],
  ['what was held stays held', broken('ledger_track_hold', ['held = held - OLD.amount', 'held = held'])],
  [
    'a capture in part releases that part',
    broken('ledger_track_hold', [
      'held = held - OLD.amount',
      'held = held - coalesce(NEW.captured_amount, OLD.amount)',
    ]),
  ],
  ['a hold sets nothing aside', 'DROP TRIGGER ledger_holds_tracked ON ledger_holds'],
  ['a capture is beyond its hold', 'ALTER TABLE ledger_holds DROP CONSTRAINT ledger_holds_captured'],
  [
    'another hold is answered for this one',
    broken('ledger_place_hold', ['v_hold.account_id <> v_account OR v_hold.amount <> p_amount', 'false']),
  ],
  [
    'a hold is placed twice',
    `DROP INDEX ledger_holds_reference_key;
     ${broken('ledger_place_hold', ['ON CONFLICT (reference) DO NOTHING', 'ON CONFLICT DO NOTHING'])}`,
  ],
  ['holds can be deleted', 'DROP TRIGGER ledger_holds_kept ON ledger_holds'],
  ['folders wait for each other', broken('ledger_fold', [' SKIP LOCKED', ''])],
  [
    'a fold leaves what it has folded',
    broken(
      'ledger_fold',
      ['DELETE FROM ledger_deltas\n    WHERE', 'SELECT account_id, debits, credits FROM ledger_deltas WHERE'],
      ['\n    RETURNING account_id, debits, credits', ''],
    ),
  ],
  [
    'a fold forgets what was folded before',
    broken('ledger_fold', ['credits = ledger_rollups.credits + excluded.credits', 'credits = excluded.credits']),
  ],
  [
    'a fold consumes by number, and what is beside it',
    broken('ledger_fold', [
      'WHERE id IN (SELECT id FROM ledger_deltas ORDER BY id LIMIT p_limit FOR UPDATE SKIP LOCKED)\n    RETURNING account_id, debits, credits',
      `WHERE id <= (SELECT max(id) FROM ledger_deltas)
    RETURNING account_id, CASE WHEN id >= (SELECT max(id) FROM ledger_deltas) - p_limit THEN debits ELSE 0 END AS debits, credits`,
    ]),
  ],
  ['the application may write postings', 'GRANT INSERT ON ledger_postings TO bursar_app'],
  ['the application may change accounts', 'GRANT UPDATE ON ledger_accounts TO bursar_app'],
  ['the application may change one column', 'GRANT UPDATE (balance) ON ledger_accounts TO bursar_app'],
  ['the application may make tables', 'GRANT CREATE ON SCHEMA public TO bursar_app'],
  ['the application may empty the deltas', 'GRANT TRUNCATE ON ledger_deltas TO bursar_app'],
];

/** Copied while the battery is at work on the one before. */
let next: Promise<TestDatabase>;
beforeAll(() => {
  next = createTestDatabase();
});
afterAll(async () => (await next).drop());

async function complaintsAbout(statements?: string): Promise<string[]> {
  const database = await next;
  next = createTestDatabase();
  try {
    if (statements) await sql(database, statements);
    return await ledgerBattery(database, process.env.SHOW_COMPLAINTS !== undefined);
  } finally {
    await database.drop();
  }
}

describe('the battery', () => {
  it('has nothing to say about the ledger as it is', async () => {
    expect(await complaintsAbout()).toEqual([]);
    expect(await complaintsAbout()).toEqual([]);
  });

  it.each(faults)('notices that %s', async (fault, statements) => {
    const complaints = await complaintsAbout(statements);
    if (process.env.SHOW_COMPLAINTS) console.log(`${fault}\n${complaints.join('\n')}`);
    expect(complaints).not.toEqual([]);
  });
});
