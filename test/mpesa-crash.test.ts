import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { hold, type Sandbox, silence } from '../src/sandbox/index.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Person, person, sql } from './support/people.js';
import { freePort } from './support/ports.js';
import { eventually, startProcess, type TestProcess } from './support/process.js';
import { publishedCourse, startSandboxFor } from './support/school.js';

/* kill -9 around the push. M-Pesa knows no key that makes two pushes one, so that it was asked for is written down before it is. */

let database: TestDatabase;
let sandbox: Sandbox;
let settings: Record<string, string>;
let port: number;
let api: TestProcess;
let instructor: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  port = await freePort();
  ({ sandbox, settings } = await startSandboxFor(`http://127.0.0.1:${port}`));
  api = await startProcess(database, port, settings);
  instructor = await person({ database, post: api.post }, 'INSTRUCTOR');
}, 60_000);
afterAll(async () => {
  await api.kill();
  await sandbox.close();
  await database.drop();
});

const OAUTH = '/daraja/oauth/v1/generate';
const PUSH = '/daraja/mpesa/stkpush/v1/processrequest';
let phones = 0;

interface Purchase {
  buyer: Person;
  courseId: string;
  phone: string;
  click(): ReturnType<typeof api.post<CreatedSessionDto>>;
}

async function purchase(): Promise<Purchase> {
  const buyer = await person({ database, post: api.post });
  const { id: courseId } = await publishedCourse(api, instructor, { price: 250_000, currency: 'KES' });
  phones += 1;
  const phone = `2547220000${String(10 + phones)}`;
  const body = { courseId, provider: 'MPESA', phone, currency: 'KES', country: 'US' };
  const click = () =>
    api.post<CreatedSessionDto>('/payments/sessions', body, buyer.token, { 'idempotency-key': `of ${phone}` });
  return { buyer, courseId, phone, click };
}

async function restart(): Promise<void> {
  await api.kill();
  api = await startProcess(database, port, settings);
}

const rings = ({ phone }: Purchase) => sandbox.mpesa.pushes().filter((push) => push.phone === phone).length;

async function standing({ courseId }: Purchase) {
  const rows = await sql<{ session: string; payment: string; reason: string | null; sold: number; places: number }>(
    database,
    `SELECT s.status AS session, p.status AS payment, s.failure_reason AS reason,
       (SELECT count(*)::int FROM ledger_entries WHERE object_id = p.id AND kind = 'course.sold') AS sold,
       (SELECT count(*)::int FROM enrollments WHERE course_id = s.item_id) AS places
     FROM payments p JOIN payment_sessions s ON s.id = p.session_id WHERE s.item_id = $1 ORDER BY p.id DESC LIMIT 1`,
    [courseId],
  );
  return rows[0]!;
}

/** The buyer types the PIN: one ring, one sale. */
async function expectSoldOnce(bought: Purchase): Promise<void> {
  sandbox.mpesa.accept(sandbox.mpesa.ringing(bought.phone)!.checkoutRequestId);
  const found = await eventually(
    () => standing(bought),
    ({ session }) => session === 'COMPLETED',
  );
  expect(found).toEqual({ session: 'COMPLETED', payment: 'COMPLETED', reason: null, sold: 1, places: 1 });
  expect(rings(bought)).toBe(1);
}

describe('killed', () => {
  it('before the phone was asked to ring: the buyer’s retry lets it ring, once', async () => {
    const bought = await purchase();
    const gate = hold('before');
    sandbox.mpesa.intercept({ path: OAUTH }, gate.handler);
    const lost = bought.click().catch((error: unknown) => error);
    await gate.arrived;
    await restart();
    gate.release();
    expect(await lost).toMatchObject({ message: 'fetch failed' });
    expect(rings(bought)).toBe(0);
    expect((await bought.click()).status).toBe(201);
    await expectSoldOnce(bought);
  }, 60_000);

  it('when it was about to ring, and did not: it is not known, so no retry lets it ring; then it is over', async () => {
    const bought = await purchase();
    const heard = Promise.withResolvers<void>();
    const nothing = silence();
    sandbox.mpesa.intercept({ path: PUSH }, (request, proceed, gone) => {
      heard.resolve();
      return nothing(request, proceed, gone);
    });
    const lost = bought.click().catch((error: unknown) => error);
    await heard.promise;
    await restart();
    await lost;
    for (let time = 0; time < 2; time += 1) expect((await bought.click()).status).toBe(502);
    expect([rings(bought), (await standing(bought)).session]).toEqual([0, 'PENDING']);
    // Five minutes go by.
    await sql(database, `UPDATE mpesa_requests SET sent_at = sent_at - interval '5 minutes' WHERE phone = $1`, [
      bought.phone,
    ]);
    await sql(database, `UPDATE payments SET next_check_at = created_at WHERE phone = $1`, [bought.phone]);
    const over = await eventually(
      () => standing(bought),
      ({ session }) => session !== 'PENDING',
    );
    expect(over).toMatchObject({ session: 'FAILED', reason: 'unheard', sold: 0 });
    // Begun anew it rings.
    const body = { courseId: bought.courseId, provider: 'MPESA', phone: bought.phone, currency: 'KES', country: 'US' };
    expect((await api.post('/payments/sessions', body, bought.buyer.token)).status).toBe(201);
    await expectSoldOnce(bought);
  }, 60_000);

  it('while it rings, before we heard of that: no retry lets it ring again, and who answers it has bought', async () => {
    const bought = await purchase();
    const answer = hold('after');
    sandbox.mpesa.intercept({ path: PUSH }, answer.handler);
    const lost = bought.click().catch((error: unknown) => error);
    await answer.arrived;
    await restart();
    answer.release();
    expect(await lost).toMatchObject({ message: 'fetch failed' });
    expect((await bought.click()).status).toBe(502);
    await expectSoldOnce(bought);
    expect((await bought.click()).body).toMatchObject({ session: { status: 'COMPLETED' } });
  }, 60_000);

  it('while it rings, and the PIN is typed meanwhile: M-Pesa tells nobody, and is asked', async () => {
    const bought = await purchase();
    expect((await bought.click()).status).toBe(201);
    await api.kill();
    sandbox.mpesa.accept(sandbox.mpesa.ringing(bought.phone)!.checkoutRequestId);
    await sandbox.mpesa.callbacks.idle();
    await sql(database, `UPDATE payments SET next_check_at = created_at WHERE phone = $1`, [bought.phone]);
    await restart();
    const found = await eventually(
      () => standing(bought),
      ({ session }) => session === 'COMPLETED',
    );
    expect([found, rings(bought)]).toMatchObject([{ payment: 'COMPLETED', sold: 1, places: 1 }, 1]);
  }, 60_000);
});
