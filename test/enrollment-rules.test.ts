import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CourseDto } from '../src/courses/catalogue/courses.dto.js';
import { bundleRules } from '../src/enrollments/bundles/bundle-rules.js';
import { enrollmentRules } from '../src/enrollments/enrollment-rules.js';
import { Invariants } from '../src/ledger/index.js';
import { BundleDesk } from './support/bundle-desk.js';
import { CourseLine } from './support/course-line.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';

/* What must hold of places, bundles and lines is found when it does not. */

let school: School;
let courses: CourseDto[];
beforeAll(async () => {
  school = await openSchool();
  const desk = new BundleDesk(school);
  courses = [await desk.course(6000), await desk.course(4000)];
  const bundle = await desk.bundle(courses, { prices: [{ currency: 'EUR', amount: 5 }] });
  await desk.bought({ bundleId: bundle.id });
  const line = await CourseLine.open(school, desk, { capacity: 1 });
  await line.enter(await person(school));
  await line.wait(await person(school));
  await desk.quiet();
}, 60_000);
afterAll(() => school.close());

const faults: [name: string, statement: string, rule: string][] = [
  [
    'a place of a bundle that was paid by nothing',
    `UPDATE enrollments SET payment_session_id = NULL WHERE source = 'BUNDLE'`,
    'a place that is paid has a completed payment session of its buyer for its course',
  ],
  [
    'a place that its bundle did not sell',
    `UPDATE payment_sessions SET payees = payees - 1 WHERE item_kind = 'bundle'`,
    'a place that is paid has a completed payment session of its buyer for its course',
  ],
  [
    'a course of a bundle that was paid and not given',
    `DELETE FROM enrollments WHERE id = (SELECT max(id) FROM enrollments WHERE source = 'BUNDLE')`,
    'a course that is paid and not refunded has a place of its buyer',
  ],
  [
    'a course of a bundle that was taken away although it is paid',
    `UPDATE enrollments SET payment_status = 'REFUNDED' WHERE id = (SELECT max(id) FROM enrollments WHERE source = 'BUNDLE')`,
    'a course that is paid and not refunded has a place of its buyer',
  ],
  ['a place that opens nothing', 'UPDATE access_grants SET revoked_at = now()', 'an active place opens its course'],
  [
    'a unit that was lost between the places of a bundle',
    `UPDATE enrollments SET discount_applied = discount_applied + 1 WHERE id = (SELECT max(id) FROM enrollments WHERE source = 'BUNDLE')`,
    'the places that a bundle gave come to what was paid for it, as long as all of them are its own',
  ],
  [
    'one place too many',
    `UPDATE enrollments SET status = 'ACTIVE', waiting_since = NULL WHERE waiting_since IS NOT NULL`,
    'a course has no more places than its capacity',
  ],
  [
    'an offer too many',
    'UPDATE enrollments SET offered_until = waiting_since, waiting_since = NULL WHERE waiting_since IS NOT NULL',
    'a course has no more places than its capacity',
  ],
  [
    'somebody who waits for nothing',
    `UPDATE enrollments SET status = 'CANCELLED' WHERE source = 'DIRECT' AND status = 'ACTIVE'`,
    'nobody waits for a place that is free and that nobody is about to give',
  ],
  ['a bundle of one course', 'DELETE FROM bundle_courses WHERE position = 2', 'a bundle has 2 to 50 courses'],
  [
    'a bundle with two prices in one currency',
    `UPDATE bundle_prices SET currency = 'USD'`,
    'a bundle has one price per currency, its default price among them',
  ],
];

it.each(faults)('finds %s', async (_, fault, rule) => {
  expect(await school.app.get(Invariants).check()).toEqual([]);
  const tables = ['payment_sessions', 'enrollments', 'access_grants', 'bundle_courses', 'bundle_prices'];
  await school.sql('CREATE SCHEMA kept');
  for (const table of tables) await school.sql(`CREATE TABLE kept.${table} AS TABLE ${table}`);
  await school.sql(`SET session_replication_role = replica; ${fault}`);
  const violations = await school.app.get(Invariants).check();
  for (const table of tables) {
    const back = `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept.${table}`;
    await school.sql(`SET session_replication_role = replica; ${back}`);
  }
  await school.sql('DROP SCHEMA kept CASCADE');
  expect(violations.map((violation) => violation.rule)).toContain(rule);
});

it('a fault is planted for every rule', () => {
  const planted = faults.map(([, , rule]) => rule);
  const rules = Object.keys({ ...enrollmentRules, ...bundleRules });
  expect(rules.filter((rule) => !planted.includes(rule))).toEqual([]);
});
