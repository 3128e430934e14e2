import { Injectable } from '@nestjs/common';
import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import { Invariants } from '../../src/ledger/index.js';
import { LicenseExpiring } from '../../src/licensing/index.js';
import type { LicenseDto, LicenseTermDto } from '../../src/licensing/licenses/licenses.dto.js';
import { MoveLicense } from '../../src/licensing/licenses/move-license.js';
import type { CreatedSessionDto } from '../../src/payments/index.js';
import { inTransaction, type Role } from '../../src/platform/database/index.js';
import { AfterCommit } from '../../src/platform/events/index.js';
import { newId } from '../../src/platform/ids/index.js';
import type { Answer } from './app.js';
import { Desk, type Refusal, type Sale } from './giving-back.js';
import { type Person, person } from './people.js';
import { expectStatus, openSchool, type School } from './school.js';

/** A year that has not begun: in it nothing else has a date. */
const START = '2027-01-10T00:00:00Z';
const DAY_S = 86_400;

export interface Customer {
  readonly id: string;
  /** Who handles its licences. */
  readonly admin: Person;
}

type Answered = Answer<LicenseDto & Refusal>;

/** Hears of which licences it is told that they are to expire, and in how many days. */
@Injectable()
class Notices {
  readonly heard: LicenseExpiring[] = [];

  @AfterCommit(LicenseExpiring, 'tests.notices')
  async hear(notice: LicenseExpiring): Promise<void> {
    this.heard.push(notice);
  }
}

/** What tests of licences do and look at: one clock for the application and for Stripe, which begins on 10 January 2027. */
export class LicenseDesk {
  readonly money: Desk;
  private readonly people: { id: string; token: string }[] = [];
  private number = 0;

  private constructor(readonly school: School) {
    this.money = new Desk(school);
    for (const known of [school.admin, school.instructor, school.student]) this.people.push(known);
  }

  static async open(settings: Record<string, string> = {}): Promise<LicenseDesk> {
    const given = { JWT_EXPIRES_IN: '86400', ...settings };
    const school = await openSchool(given, [], { sharesClock: true, providers: [Notices] });
    const desk = new LicenseDesk(school);
    await desk.to(START);
    return desk;
  }

  get now(): Date {
    return this.school.clock.now();
  }

  /** Time passes until then, and what happens meanwhile has happened. */
  async to(moment: string | Date): Promise<void> {
    const { clock } = this.school;
    clock.advance((new Date(moment).getTime() - clock.now().getTime()) / 1000);
    const tokens = this.school.app.get(AccessTokens);
    for (const one of this.people) one.token = await tokens.sign(one.id);
    await this.school.quiet();
  }

  days(count: number): Promise<void> {
    return this.to(new Date(this.now.getTime() + count * DAY_S * 1000));
  }

  /** Who stays signed in as time passes. */
  async somebody(role: Role = 'STUDENT'): Promise<Person> {
    const one = await person(this.school, role);
    this.people.push(one);
    return one;
  }

  /** An organization there, and somebody who handles its licences. */
  async customer(country = 'US', region: string | null = null): Promise<Customer> {
    this.number += 1;
    const id = newId('organization');
    const admin = await this.somebody('ENTERPRISE');
    const now = this.now;
    const name = `Customer ${this.number}`;
    await this.school.sql(
      'INSERT INTO organizations (id, name, country, region, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)',
      [id, name, country, region, now],
    );
    await this.school.sql(
      'INSERT INTO organization_admins (organization_id, user_id, added_by, created_at) VALUES ($1, $2, $3, $4)',
      [id, admin.id, this.school.admin.id, now],
    );
    return { id, admin };
  }

  /** Ten seats of TEAM for a month, 150.00, unless told. */
  create(
    { id: organizationId }: Pick<Customer, 'id'>,
    terms: object = {},
    { by = this.school.admin, key }: { by?: Person; key?: string } = {},
  ): Promise<Answered> {
    const body = { organizationId, tier: 'TEAM', seats: 10, months: 1, currency: 'USD', ...terms };
    return this.school.post('/enterprise/licenses/create', body, by.token, keyed(key));
  }

  async created(customer: Pick<Customer, 'id'>, terms?: object): Promise<LicenseDto> {
    return expectStatus(201, await this.create(customer, terms));
  }

  act(
    { id }: Pick<LicenseDto, 'id'>,
    what: 'mark-paid' | 'renew' | 'suspend' | 'resume' | 'revoke',
    body: object = {},
    { by = this.school.admin, key }: { by?: Person; key?: string } = {},
  ): Promise<Answered> {
    return this.school.post(`/enterprise/licenses/${id}/${what}`, body, by.token, keyed(key));
  }

  async done(license: Pick<LicenseDto, 'id'>, what: Parameters<LicenseDesk['act']>[1], body?: object) {
    return expectStatus(200, await this.act(license, what, body));
  }

  markPaid(license: Pick<LicenseDto, 'id'>, body: object = {}, options?: { by?: Person; key?: string }) {
    return this.act(license, 'mark-paid', { reference: 'INV-1', ...body }, options);
  }

  /** Sold by an invoice that is paid. */
  async invoiced(customer: Pick<Customer, 'id'>, terms?: object): Promise<LicenseDto> {
    return expectStatus(200, await this.markPaid(await this.created(customer, terms)));
  }

  async renewed(license: Pick<LicenseDto, 'id'>, body: object): Promise<LicenseDto> {
    return this.done(license, 'renew', { months: 1, ...body });
  }

  begin({ id: licenseId }: Pick<LicenseDto, 'id'>, { token }: Person, body: object = {}) {
    return this.school.post<CreatedSessionDto & Refusal>('/payments/sessions', { licenseId, ...body }, token);
  }

  /** A session that waits for its money. */
  async begun(license: Pick<LicenseDto, 'id'>, buyer: Person): Promise<Sale> {
    const { session } = expectStatus(201, await this.begin(license, buyer));
    const { id: sessionId, paymentId, providerReference } = session;
    return { buyer, courseId: '', sessionId, paymentId, stripeId: providerReference!, intent: '' };
  }

  /** Its open term is paid on the provider's page, and heard of. */
  async bought(license: Pick<LicenseDto, 'id'>, buyer: Person, card?: string): Promise<Sale> {
    const sale = await this.begun(license, buyer);
    this.money.pay(sale, card);
    await this.money.quiet();
    return sale;
  }

  read({ id }: Pick<LicenseDto, 'id'>, by: Person = this.school.admin): Promise<Answered> {
    return this.school.get(`/enterprise/licenses/${id}`, by.token);
  }

  async one(license: Pick<LicenseDto, 'id'>): Promise<LicenseDto> {
    return expectStatus(200, await this.read(license));
  }

  /** What was told of it: the days, and the expiry that they are before. Oldest first. */
  notices({ id }: Pick<LicenseDto, 'id'>): [days: number, expires: string][] {
    const { heard } = this.school.app.get(Notices);
    return heard.filter(({ licenseId }) => licenseId === id).map(({ days, expiresAt }) => [days, dayOf(expiresAt)]);
  }

  /** How it stands, until when, and its terms' statuses. */
  async standing(license: Pick<LicenseDto, 'id'>): Promise<[status: string, until: string | null, ...terms: string[]]> {
    const { status, expiresAt, terms } = await this.one(license);
    return [status, expiresAt && dayOf(expiresAt), ...terms.map((term) => term.status)];
  }

  /** As activation leaves it. */
  async activate({ id }: Pick<LicenseDto, 'id'>): Promise<void> {
    const move = this.school.app.get(MoveLicense);
    await inTransaction(async () => move.execute(await move.lock(id), { activatedAt: this.now }));
  }

  /** So many seats of it are people's. */
  async takeSeats({ id }: Pick<LicenseDto, 'id'>, count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1)
      await this.school.sql(
        `INSERT INTO license_seats (id, license_id, tier, status, user_id, assigned_at, open, created_by, created_at, updated_at)
         SELECT $2, id, tier, 'ASSIGNED', $3, $4, status = 'ACTIVE', $3, $4, $4 FROM licenses WHERE id = $1`,
        [id, newId('licenseSeat'), newId('user'), this.now],
      );
    await this.school.sql('UPDATE licenses SET seats_taken = seats_taken + $2 WHERE id = $1', [id, count]);
  }

  /** Of each time it was paid for: from, until, how much is left of what was paid, and how much of that is recognised. */
  async deferrals({
    id,
  }: Pick<LicenseDto, 'id'>): Promise<[from: string, until: string, amount: number, done: number][]> {
    const rows = await this.school.sql<{ from: Date; until: Date; amount: number; recognised: number }>(
      `SELECT d.from_at AS from, d.until_at AS until, d.amount::int, d.recognised::int
       FROM license_terms t LEFT JOIN payments p ON p.session_id = t.payment_session_id
         JOIN deferrals d ON d.source_id = coalesce(p.id, t.id)
       WHERE t.license_id = $1 ORDER BY t.id`,
      [id],
    );
    return rows.map(({ from, until, amount, recognised }) => [dayOf(from), dayOf(until), amount, recognised]);
  }

  /** What was written down about it, oldest first. */
  async audited({ id }: Pick<LicenseDto, 'id'>): Promise<string[]> {
    const rows = await this.school.sql<{ action: string }>(
      'SELECT action FROM audit_records WHERE object_id = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ action }) => action);
  }

  /** Which rules do not hold once this was done behind everybody's back; it is undone then. */
  async planted(fault: string): Promise<string[]> {
    const { text, values } = this.school.app.get(Invariants).query;
    const client = await this.school.database.superuser.connect();
    try {
      await client.query(`BEGIN; SET LOCAL session_replication_role = replica; ${fault}`);
      return (await client.query<{ rule: string }>(text, values)).rows.map(({ rule }) => rule);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  /** All that could have changed of a licence, to see that nothing has. */
  async everything(): Promise<unknown> {
    const tables = ['licenses', 'license_terms', 'deferrals', 'ledger_entries', 'audit_records', 'payments'];
    const sums = tables.map(
      (name) => `(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${name} t) AS ${name}`,
    );
    return (await this.school.sql(`SELECT ${sums.join(', ')}`))[0];
  }
}

/** Of what comes by HTTP and of what is read. */
export function dayOf(moment: Date | string): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** From when until when each of its terms runs. */
export function spansOf(terms: readonly LicenseTermDto[]): string[] {
  return terms.map(({ from, until }) => (from && until ? `${dayOf(from)} – ${dayOf(until)}` : 'none'));
}

function keyed(key?: string): Record<string, string> {
  return key === undefined ? {} : { 'idempotency-key': key };
}
