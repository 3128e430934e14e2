import type { PackageDto } from '../../src/packages/offer/packages.dto.js';
import type { RefundedStudentPackageDto, StudentPackageDto } from '../../src/packages/own/student-packages.dto.js';
import type { CreatedSessionDto } from '../../src/payments/index.js';
import { newId } from '../../src/platform/ids/index.js';
import type { SeatDto } from '../../src/seats/seats.dto.js';
import type { Answer } from './app.js';
import { Desk, type Refusal, type Sale } from './giving-back.js';
import type { Lessons, SessionTerms } from './lessons.js';
import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';
import { SeatDesk } from './seat-desk.js';

/** A bought package with the payment that bought it. */
export interface Bought extends Sale {
  /** The student package's id. */
  readonly id: string;
}

/** What is kept of a bought package. */
export interface PackageBooks {
  status: string;
  remaining: number;
  refunded: number;
  suspended: boolean;
  net: number;
  tax: number;
}

/** What tests of packages do and look at, for one class. */
export class PackageDesk {
  readonly money: Desk;
  readonly seats: SeatDesk;
  private hour = 48;
  private number = 0;

  constructor(
    private readonly school: School,
    readonly lessons: Lessons,
  ) {
    this.money = new Desk(school);
    this.seats = new SeatDesk(school, lessons);
  }

  offered(terms: Partial<PackageDto> = {}, by = this.lessons.staff): Promise<Answer<PackageDto & Refusal>> {
    this.number += 1;
    const { classId } = this.lessons;
    const body = { classId, name: `Package ${this.number}`, sessionCount: 3, price: 9000, ...terms };
    return this.school.post('/packages', body, by.token);
  }

  async offer(terms: Partial<PackageDto> = {}): Promise<PackageDto> {
    return expectStatus(201, await this.offered(terms));
  }

  /** From now on the class is held in this country and paid in this currency. */
  async move(country: string, currency = 'USD'): Promise<void> {
    const { branchId, classId } = this.lessons;
    await this.school.sql('UPDATE branches SET country = $2 WHERE id = $1', [branchId, country]);
    await this.school.sql('UPDATE classes SET currency = $2 WHERE id = $1', [classId, currency]);
  }

  /** A student with so much in their wallet. */
  async student(balance = 0, currency = 'USD'): Promise<Person> {
    const one = await this.seats.person(currency === 'USD' ? balance : 0);
    if (currency === 'USD' || balance === 0) return one;
    const legs = [
      { code: 'equity:opening', currency, amount: String(balance) },
      {
        code: `liability:wallet:${one.id}`,
        currency,
        amount: String(-balance),
        ownerId: one.id,
        strict: true,
        floor: 0,
      },
    ];
    await this.school.sql(`SELECT ledger_post($1, 'wallet.opened', $2, 'wallet', $3, $4, $4, 'system', $5::jsonb)`, [
      newId('ledgerEntry'),
      `opening:${one.id}:${currency}`,
      one.id,
      this.school.clock.now(),
      JSON.stringify(legs),
    ]);
    return one;
  }

  purchase(
    packageId: string,
    { token }: Person,
    terms: object = {},
    headers?: Record<string, string>,
  ): Promise<Answer<CreatedSessionDto & Refusal>> {
    return this.school.post('/student-packages/purchase', { packageId, ...terms }, token, headers);
  }

  /** Bought at once out of a wallet that has just what it costs, unless there is a buyer. */
  async buy(
    terms: Partial<PackageDto> = {},
    { who, ...how }: { who?: Person; couponCode?: string } = {},
  ): Promise<Bought> {
    const { id, price, currency } = await this.offer(terms);
    const buyer = who ?? (await this.student(Math.ceil(price * 1.25), currency));
    const { session } = expectStatus(201, await this.purchase(id, buyer, how));
    return this.boughtBy(buyer, session);
  }

  /** Bought on the provider's page and heard of. */
  async buyByCard(terms: Partial<PackageDto> = {}, card?: string, buyer?: Person): Promise<Bought> {
    const { id } = await this.offer(terms);
    const who = buyer ?? (await this.student());
    const { session } = expectStatus(201, await this.purchase(id, who, { provider: 'STRIPE' }));
    const sale = { buyer: who, courseId: '', sessionId: session.id, paymentId: session.paymentId, intent: '' };
    const paying = { ...sale, stripeId: session.providerReference! };
    this.money.pay(paying, card);
    await this.money.quiet();
    return { ...(await this.boughtBy(who, session)), intent: paying.intent };
  }

  async boughtBy(buyer: Person, { id: sessionId, paymentId }: CreatedSessionDto['session']): Promise<Bought> {
    const [row] = await this.school.sql<{ id: string }>(
      'SELECT id FROM student_packages WHERE payment_session_id = $1',
      [sessionId],
    );
    return { buyer, courseId: '', sessionId, paymentId, stripeId: '', intent: '', id: row!.id };
  }

  /** A session that overlaps no other of this desk. */
  session(terms: SessionTerms = {}): Promise<string> {
    this.hour += 2;
    return this.lessons.session({ startsInHours: this.hour, ...terms });
  }

  async book({ buyer }: { buyer: Person }, terms?: SessionTerms): Promise<SeatDto> {
    return this.seats.booked(await this.session(terms), buyer);
  }

  /** So many seats, one after the other. */
  async bookMany(bought: { buyer: Person }, count: number): Promise<SeatDto[]> {
    const seats: SeatDto[] = [];
    for (let turn = 0; turn < count; turn += 1) seats.push(await this.book(bought));
    return seats;
  }

  async cancel(seat: { id: string }, by: Person): Promise<void> {
    expectStatus(200, await this.seats.act(seat, 'cancel', by));
  }

  /** The sessions of these seats take place, whenever they were to be. */
  async hold(...seats: { id: string }[]): Promise<void> {
    const rows = await this.school.sql<{ id: string }>(
      `UPDATE class_sessions SET status = 'CONDUCTING' WHERE id IN (SELECT session_id FROM seats WHERE id = ANY ($1)) RETURNING id`,
      [seats.map(({ id }) => id)],
    );
    for (const { id } of rows) await this.seats.moved(id, 'finish');
    await this.school.quiet();
  }

  refund(
    { id }: { id: string },
    headers?: Record<string, string>,
    by = this.school.admin,
  ): Promise<Answer<RefundedStudentPackageDto & Refusal>> {
    return this.school.post(`/student-packages/${id}/refund`, { reason: 'moves away' }, by.token, headers);
  }

  /** How the payment stands that bought it. */
  async standing(bought: Bought): Promise<{ payment: string; refunded: number; disputed: number }> {
    const { payment, refunded, disputed } = await this.money.standing(bought);
    return { payment, refunded, disputed };
  }

  /** Whether a seat can be booked with what its buyer has. */
  async usable({ buyer }: Bought): Promise<boolean> {
    return (await this.seats.book(await this.session(), buyer)).status === 201;
  }

  call<T = PackageDto & Refusal>(method: string, path: string, by: Person, body?: object): Promise<Answer<T>> {
    return this.school.request<T>(method, path, { token: by.token, body });
  }

  /** Bought packages that somebody is shown. */
  async own(by: Person, query = ''): Promise<StudentPackageDto[]> {
    const path = `/student-packages?${query}`;
    return expectStatus(200, await this.call<{ data: StudentPackageDto[] }>('GET', path, by)).data;
  }

  async read({ id }: { id: string }): Promise<PackageBooks> {
    const [row] = await this.school.sql<PackageBooks>(
      `SELECT status, remaining_sessions AS remaining, refunded_sessions AS refunded, suspended, net_left::int AS net, tax_left::int AS tax
       FROM student_packages WHERE id = $1`,
      [id],
    );
    return row!;
  }
}

export const amounts = (seats: readonly SeatDto[]): number[] => seats.map(({ paidAmount }) => paidAmount);
