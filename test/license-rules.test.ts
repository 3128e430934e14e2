import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { licenseRules } from '../src/licensing/licenses/license-rules.js';
import { LicenseDesk } from './support/license-desk.js';

/* What must hold of licences is found when it does not. */

let desk: LicenseDesk;
beforeAll(async () => {
  desk = await LicenseDesk.open({ ROLE: 'api' });
  const customer = await desk.customer('DE');
  // One that nobody has paid for, one by an invoice with a seat taken, one by a payment session.
  await desk.created(customer);
  const invoiced = await desk.invoiced(customer);
  await desk.activate(invoiced);
  await desk.takeSeats(invoiced, 1);
  await desk.bought(await desk.created(customer), customer.admin);
}, 60_000);
afterAll(() => desk.school.close());

const STATUS = "a licence's status is what its facts say";
const LOOKED = 'a licence that is to expire is looked at';
const SEATS = 'the seats of a licence that are taken are those that are assigned or offered';
const UNTIL = 'a licence is paid for until the end of the term that was paid last';
const BOOKED = 'an invoice that was marked as paid is booked once, as it was';
const DEFERRED = 'what an invoice of a licence has deferred is what came for it, less tax';
const BOUGHT = 'a term that a payment session paid for is what it bought';

const invoiced = 'invoice_reference IS NOT NULL';
const faults: [name: string, statement: string, rules: string[]][] = [
  [
    'what is paid for and activated, and pending',
    `UPDATE licenses SET status = 'PENDING' WHERE status = 'ACTIVE'`,
    [STATUS],
  ],
  ['what is disputed, and pending', `UPDATE licenses SET disputed_by = 'ps_1' WHERE status = 'PENDING'`, [STATUS]],
  ['what is active, and expired', `UPDATE licenses SET status = 'EXPIRED' WHERE status = 'ACTIVE'`, [STATUS]],
  [
    'what has long expired, and is active',
    `UPDATE licenses SET expires_at = now() - interval '2 hours' WHERE status = 'ACTIVE'`,
    [STATUS, UNTIL],
  ],
  ['what nobody looks at', `UPDATE licenses SET next_look_at = NULL WHERE status = 'ACTIVE'`, [LOOKED]],
  ['a seat too many', `UPDATE licenses SET seats_taken = seats_taken + 1 WHERE status = 'ACTIVE'`, [SEATS]],
  ['a seat that nobody counts', 'UPDATE licenses SET seats_taken = 0', [SEATS]],
  ['a seat that has ended', `UPDATE license_seats SET status = 'ENDED', ended_at = now(), open = false`, [SEATS]],
  ['another end', `UPDATE licenses SET expires_at = expires_at + interval '1 day' WHERE status = 'ACTIVE'`, [UNTIL]],
  ['a term that is gone', `DELETE FROM license_terms WHERE ${invoiced}`, [UNTIL, BOOKED]],
  ['another total', `UPDATE license_terms SET total = total + 1 WHERE ${invoiced}`, [BOOKED, DEFERRED]],
  ['another tax', `UPDATE license_terms SET tax = tax + 1 WHERE ${invoiced}`, [BOOKED, DEFERRED]],
  ['an entry that is gone', `DELETE FROM ledger_entries WHERE kind = 'license.invoiced'`, [BOOKED]],
  [
    'nothing to be delivered for an invoice',
    `DELETE FROM deferrals WHERE source_id IN (SELECT id FROM license_terms)`,
    [DEFERRED],
  ],
  [
    'a term that another licence was bought',
    `UPDATE payment_sessions SET item_id = 'lic_1' WHERE item_kind = 'license'`,
    [BOUGHT],
  ],
  ['what was bought, and not given', 'DELETE FROM license_terms WHERE payment_session_id IS NOT NULL', [UNTIL, BOUGHT]],
];

it('finds nothing as it is', async () => {
  expect(await desk.school.app.get(Invariants).check()).toEqual([]);
});

it.each(faults)('finds %s', async (_, fault, rules) => {
  const violations = await desk.planted(fault);
  const order = Object.keys(licenseRules);
  const found = [...new Set(violations)].filter((rule) => order.includes(rule));
  expect(found.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))).toEqual(rules);
});

it('finds what a payment session has paid for and is not to be delivered', async () => {
  const deferred =
    'what an invoice or the term of a licence has deferred is what came for it, less tax and less what went back';
  expect(await desk.planted(`DELETE FROM deferrals WHERE source_id LIKE 'pay_%'`)).toContain(deferred);
});
