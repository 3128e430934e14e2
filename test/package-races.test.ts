import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { type Bought, PackageDesk } from './support/package-desk.js';
import { openSchool, type School } from './support/school.js';
import { both, holding, times, waiting } from './support/seat-desk.js';

/* The same credits wanted by many at the same moment. Whoever wins, no credit is used twice and no unit is lost. */

let school: School;
let desk: PackageDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new PackageDesk(school, await Lessons.open(school));
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const ROUNDS = 20;
const AT_ONCE = 5;
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b);
const taken = async ({ id }: Bought) => {
  const [row] = await school.sql<{ n: number; sum: number }>(
    `SELECT count(*)::int AS n, coalesce(sum(paid_amount), 0)::int AS sum FROM seats
     WHERE student_package_id = $1 AND given_back_at IS NULL`,
    [id],
  );
  return row!;
};
const wallet = async ({ buyer }: Bought) => (await desk.seats.wallets([buyer]))[0];
const sessions = (count: number) => times(count, AT_ONCE, () => desk.session());

/** A package of three credits at 11.90 each, and nothing else in the wallet. */
const three = async () => desk.buy({ sessionCount: 3, price: 3000 }, { who: await desk.student(3570) });

it('40 bookings at once with 10 credits and no money: exactly 10', async () => {
  const bought = await desk.buy({ sessionCount: 10, price: 9999 }, { who: await desk.student(11_899) });
  const all = await sessions(40);
  const answers = await Promise.all(all.map((sessionId) => desk.seats.book(sessionId, bought.buyer)));
  expect(statuses(answers)).toEqual([...Array<number>(10).fill(201), ...Array<number>(30).fill(400)]);
  const refused = answers.filter(({ status }) => status === 400);
  expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['INSUFFICIENT_CREDITS_OR_BALANCE']));
  expect(await taken(bought)).toEqual({ n: 10, sum: 11_899 });
  expect(await desk.read(bought)).toMatchObject({ status: 'EXHAUSTED', remaining: 0, net: 0, tax: 0 });
}, 30_000);

it('two bookings for the last credit, with money in the wallet: one credit, one hold', async () => {
  await times(ROUNDS, AT_ONCE, async () => {
    const bought = await desk.buy({ sessionCount: 1, price: 1000 }, { who: await desk.student(2190) });
    const pair = [await desk.session(), await desk.session()];
    const seats = await Promise.all(pair.map((sessionId) => desk.seats.booked(sessionId, bought.buyer)));
    expect(seats.map(({ paymentMethod }) => paymentMethod).toSorted()).toEqual(['PACKAGE', 'WALLET']);
    expect(await wallet(bought)).toEqual({ balance: 1000, held: 1000 });
    expect(await desk.read(bought)).toMatchObject({ status: 'EXHAUSTED', remaining: 0 });
  });
}, 30_000);

it('two bookings of one session: one seat, one credit', async () => {
  await times(ROUNDS, AT_ONCE, async () => {
    const [bought, sessionId] = [await three(), await desk.session()];
    const answers = await Promise.all([0, 1].map(() => desk.seats.book(sessionId, bought.buyer)));
    expect(statuses(answers)).toEqual([201, 400]);
    expect(await desk.read(bought)).toMatchObject({ remaining: 2, net: 2000, tax: 380 });
  });
}, 30_000);

it('cancel against cancel, and against the center: the credit comes back once', async () => {
  const rounds = await times(ROUNDS, AT_ONCE, async (index) => {
    const [bought, sessionId] = [await three(), await desk.session()];
    const seat = await desk.seats.booked(sessionId, bought.buyer);
    const answers = await both<{ status: number }, { status: number }>(
      index,
      () => desk.seats.act(seat, 'cancel', bought.buyer),
      () => (index % 4 < 2 ? desk.seats.act(seat, 'cancel', school.admin) : desk.seats.move(sessionId, 'cancel')),
    );
    // To a student who comes second it is too late, unless their seat is given up already.
    expect([200, 400]).toContain(answers[0].status);
    expect(answers[1].status).toBe(200);
    return { bought, seat };
  });
  await school.quiet();
  for (const { bought, seat } of rounds) {
    expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 3, net: 3000, tax: 570 });
    expect(await desk.seats.read(seat)).toMatchObject({
      ...{ status: 'CANCELLED', entries: ['seat.paid-credit', 'seat.credit-returned'] },
    });
  }
}, 30_000);

it('refund against booking: each credit is used or refunded, never both', async () => {
  const outcomes = await times(ROUNDS, AT_ONCE, async (index) => {
    const [bought, sessionId] = [await three(), await desk.session()];
    const [refund, booking] = await both(
      index,
      () => desk.refund(bought),
      () => desk.seats.book(sessionId, bought.buyer),
    );
    expect(refund.status).toBe(200);
    const { n, sum } = await taken(bought);
    const refunded = 3 - n;
    expect(await desk.read(bought)).toMatchObject({ status: 'REFUNDED', remaining: 0, refunded, net: 0, tax: 0 });
    expect(refund.body.refundedAmount).toBe(3570 - sum);
    // Refunded first, the money in the wallet pays for the seat.
    expect(booking.status === 201 || (await wallet(bought))!.balance === 3570).toBe(true);
    expect((await wallet(bought))!.balance).toBe(3570 - sum);
    return n;
  });
  expect(outcomes.every((n) => n === 0 || n === 1)).toBe(true);
}, 30_000);

it('refund against a credit that comes back, and against a refund: nothing is given twice', async () => {
  await times(ROUNDS, AT_ONCE, async (index) => {
    const bought = await three();
    const seat = await desk.book(bought);
    const [refund, cancel] = await both<{ status: number }, { status: number }>(
      index,
      () => desk.refund(bought),
      () => desk.seats.act(seat, 'cancel', bought.buyer),
    );
    expect([refund.status, cancel.status]).toEqual([200, 200]);
    const { remaining, refunded, net, tax } = await desk.read(bought);
    expect(remaining + refunded).toBe(3);
    expect((await wallet(bought))!.balance).toBe(3570 - net - tax);
    const again = await Promise.all([
      desk.refund(bought),
      desk.refund(bought),
      desk.money.refund(bought, { destination: 'WALLET' }),
    ]);
    expect(again.filter(({ status }) => status === 200)).toHaveLength(remaining);
    expect((await wallet(bought))!.balance).toBe(3570);
    expect(await desk.read(bought)).toMatchObject({ status: 'REFUNDED', remaining: 0, refunded: 3, net: 0, tax: 0 });
  });
}, 30_000);

it('refund against a refund of a part that is faster: what is left goes back, and nobody is told to ask for less', async () => {
  const bought = await three();
  const [part, rest] = await holding(
    school,
    'SELECT 1 FROM payments WHERE id = $1 FOR UPDATE',
    [bought.paymentId],
    async (letGo) => {
      const first = desk.money.refund(bought, { amount: 1190, destination: 'WALLET' });
      await waiting(school);
      const second = desk.refund(bought);
      await waiting(school, 2);
      await letGo();
      return Promise.all([first, second]);
    },
  );
  expect([part.status, rest.status, rest.body.refundedAmount]).toEqual([200, 200, 2380]);
  expect(await desk.read(bought)).toMatchObject({ status: 'REFUNDED', remaining: 0, refunded: 3, net: 0, tax: 0 });
  expect((await wallet(bought))!.balance).toBe(3570);
});

it('the same purchase twice at once under one key is one package; and an offer is deleted or bought', async () => {
  const offer = await desk.offer({ price: 1000 });
  const buyer = await desk.student(10_000);
  const headers = { 'idempotency-key': 'twice-at-once' };
  const answers = await Promise.all(Array.from({ length: 8 }, () => desk.purchase(offer.id, buyer, {}, headers)));
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.session.id}`)).size).toBe(1);
  expect(await school.sql('SELECT id FROM student_packages WHERE student_id = $1', [buyer.id])).toHaveLength(1);
  expect((await desk.seats.wallets([buyer]))[0]).toEqual({ balance: 8810, held: 0 });

  await times(ROUNDS, AT_ONCE, async (index) => {
    const [{ id }, who] = [await desk.offer({ price: 1000 }), await desk.student(1190)];
    const [purchase, removal] = await both(
      index,
      () => desk.purchase(id, who),
      () => school.request<{ deleted: boolean }>('DELETE', `/packages/${id}`, { token: desk.lessons.staff.token }),
    );
    expect(removal.status).toBe(200);
    expect(purchase.status === 201).toBe(!removal.body.deleted);
    if (purchase.status !== 201) expect([400, 404]).toContain(purchase.status);
    expect((await desk.seats.wallets([who]))[0]!.balance).toBe(removal.body.deleted ? 1190 : 0);
  });
}, 30_000);
