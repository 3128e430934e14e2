import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../test/support/app.js';
import { keepBooks } from '../../test/support/keep-books.js';
import { sql } from '../../test/support/people.js';
import { Money } from '../platform/money/index.js';
import { accounts, credit, debit, PostEntry, ReverseEntry } from './index.js';

let app: TestApp;
let reverseEntry: ReverseEntry;
let number = 0;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  reverseEntry = app.app.get(ReverseEntry);
});
afterAll(() => app.close());
keepBooks(() => app);

const usd = (minor: number) => Money.of(minor, 'USD');

async function paidIn(
  amount: number,
): Promise<{ id: string; reference: string; wallet: ReturnType<typeof accounts.wallet> }> {
  const wallet = accounts.wallet(`usr_reversed_${(number += 1)}`);
  const reference = `in:${number}`;
  const id = await app.app.get(PostEntry).execute({
    kind: 'top-up',
    reference,
    object: { type: 'test', id: `obj_${number}` },
    effectiveAt: app.clock.now(),
    actor: 'system',
    legs: [debit(accounts.provider('STRIPE'), usd(amount)), credit(wallet, usd(amount))],
  });
  return { id: id!, reference, wallet };
}

const reversal = (reference: string) => ({ kind: 'top-up.reversed', reference, actor: 'system' });
const postings = (id: string) =>
  sql(
    app.database,
    `SELECT a.code, p.amount::int, e.reverses, e.object_id FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
     JOIN ledger_entries e ON e.id = p.entry_id WHERE e.id = $1 ORDER BY p.position`,
    [id],
  );

it('takes an entry back whole, by an entry that names it and belongs to the same object', async () => {
  const { id, reference, wallet } = await paidIn(700);
  const back = await reverseEntry.execute(reference, reversal(`back:${id}`));
  const named = { reverses: id, object_id: `obj_${number}` };
  expect(await postings(back!)).toEqual([
    { code: 'asset:provider:stripe', amount: -700, ...named },
    { code: wallet.code, amount: 700, ...named },
  ]);
});

it('is replayed under its reference, and refused under another: once is once', async () => {
  const { reference } = await paidIn(700);
  const back = await reverseEntry.execute(reference, reversal('the one'));
  expect(await reverseEntry.execute(reference, reversal('the one'))).toBe(back);
  await expect(reverseEntry.execute(reference, reversal('another'))).rejects.toMatchObject({ rule: 'alreadyReversed' });
});

it('by twenty at once under as many references is one', async () => {
  const { reference } = await paidIn(700);
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => reverseEntry.execute(reference, reversal(`${reference}:${index}`))),
  );
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('is refused where the owner no longer has the money, and then nothing has changed', async () => {
  const { id, reference, wallet } = await paidIn(700);
  await app.app.get(PostEntry).execute({
    kind: 'spent',
    reference: `out:${number}`,
    object: { type: 'test', id: 'obj' },
    effectiveAt: app.clock.now(),
    actor: 'system',
    legs: [debit(wallet, usd(1)), credit(accounts.revenue('courses'), usd(1))],
  });
  await expect(reverseEntry.execute(reference, reversal(`late:${id}`))).rejects.toMatchObject({ rule: 'insufficient' });
  expect(await sql(app.database, 'SELECT balance::int FROM ledger_accounts WHERE code = $1', [wallet.code])).toEqual([
    { balance: 699 },
  ]);
});

it('of an entry that is not there is nothing', async () => {
  expect(await reverseEntry.execute('nothing', reversal('none'))).toBeUndefined();
});
