import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import { MoveLicense } from '../../src/licensing/licenses/move-license.js';
import type { LicenseDto } from '../../src/licensing/licenses/licenses.dto.js';
import type { GivenSeatDto, SeatDto } from '../../src/licensing/seats/seats.dto.js';
import { inTransaction } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import type { Answer, TestApp } from './app.js';
import type { Refusal } from './learning-desk.js';
import { type Person, person, sql } from './people.js';
import { expectStatus } from './school.js';

const tier = (id: string, features: string[], courses: 'ALL' | string[]) => ({
  ...{ id, name: `Tier ${id}`, description: id, features, courses, mostSeats: 1000, mostDomains: 1, branding: [] },
  prices: [{ currency: 'USD', perSeatAndMonth: 1000 }],
});

/** TEAM gives every premium course and `live`; REPORTS no course, and `reports`. */
export async function licensesFile(): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'bursar-licenses-')), 'licenses.json');
  await writeFile(file, JSON.stringify({ tiers: [tier('TEAM', ['live'], 'ALL'), tier('REPORTS', ['reports'], [])] }));
  return file;
}

interface Terms {
  readonly seats?: number;
  readonly tier?: 'TEAM' | 'REPORTS';
  readonly days?: number;
}

export interface License {
  readonly id: string;
  readonly organizationId: string;
  /** Who handles it. */
  readonly boss: Person;
}

export type Taker = { userId: string } | { email: string };
type GivenSeat = GivenSeatDto & Refusal;

/** Licences that are paid for and activated, and what is done with their seats, over HTTP. */
export class LicenseSeatDesk {
  private admin?: Person;

  constructor(readonly app: TestApp) {}

  /** Of an organization of its own. */
  async license({ seats = 3, tier = 'TEAM', days = 365 }: Terms = {}): Promise<License> {
    const boss = await person(this.app, 'ENTERPRISE');
    const organizationId = newId('organization');
    const now = this.app.clock.now();
    await this.sql(
      `WITH organization AS (INSERT INTO organizations (id, name, country, created_at, updated_at) VALUES ($1, 'Acme', 'KE', $3, $3))
       INSERT INTO organization_admins (organization_id, user_id, added_by, created_at) VALUES ($1, $2, $2, $3)`,
      [organizationId, boss.id, now],
    );
    this.admin ??= await person(this.app, 'ADMIN');
    const token = await this.tokenOf(this.admin);
    const terms = { organizationId, tier, seats, months: 12, currency: 'USD' };
    const { id } = expectStatus(201, await this.app.post<LicenseDto>('/enterprise/licenses/create', terms, token));
    expectStatus(200, await this.app.post(`/enterprise/licenses/${id}/mark-paid`, { reference: 'INV-1' }, token));
    const license = { id, organizationId, boss };
    await this.move(license, { activatedAt: now, expiresAt: this.app.clock.in(days * 86_400) });
    return license;
  }

  /** When it is said to expire otherwise, so does what was paid for. */
  async move({ id }: License, facts: Parameters<MoveLicense['execute']>[1]) {
    if (facts.expiresAt)
      await this.sql(
        `UPDATE license_terms SET from_at = least(from_at, $2::timestamptz - interval '1 day'), until_at = $2 WHERE license_id = $1 AND status = 'PAID'`,
        [id, facts.expiresAt],
      );
    const move = this.app.app.get(MoveLicense);
    return inTransaction(async () => move.execute(await move.lock(id), facts));
  }

  /** Its status is what its facts say by now. */
  async looked(license: License): Promise<string> {
    return (await this.move(license, {})).status;
  }

  /** Also when much time has passed. */
  tokenOf({ id }: { id: string }): Promise<string> {
    return this.app.app.get(AccessTokens).sign(id);
  }

  async give({ id, boss }: License, taker: Taker | object, by = boss): Promise<Answer<GivenSeat>> {
    return this.app.post<GivenSeat>(`/enterprise/licenses/${id}/seats`, taker, await this.tokenOf(by));
  }

  async given(license: License, taker: Taker): Promise<GivenSeatDto> {
    return expectStatus(201, await this.give(license, taker));
  }

  async pass({ id, boss }: License, who: string, taker: Taker | object, by = boss): Promise<Answer<GivenSeat>> {
    return this.app.request<GivenSeat>('PUT', `/enterprise/licenses/${id}/seats/${who}`, {
      body: taker,
      token: await this.tokenOf(by),
    });
  }

  async end({ id, boss }: License, who: string, by = boss): Promise<Answer<Refusal>> {
    return this.app.request<Refusal>('DELETE', `/enterprise/licenses/${id}/seats/${who}`, {
      token: await this.tokenOf(by),
    });
  }

  async accept(code: string | null, by: Person): Promise<Answer<SeatDto & Refusal>> {
    return this.app.post<SeatDto & Refusal>('/enterprise/seats/accept', { code }, await this.tokenOf(by));
  }

  async list({ id, boss }: License, query = ''): Promise<SeatDto[]> {
    const path = `/enterprise/licenses/${id}/seats?limit=100&${query}`;
    return expectStatus(200, await this.app.get<{ data: SeatDto[] }>(path, await this.tokenOf(boss))).data;
  }

  /** How many are taken by the licence's own word, and by its seats. */
  async taken({ id }: License): Promise<[number, number]> {
    const [row] = await this.sql<{ said: number; live: number }>(
      `SELECT seats_taken AS said, (SELECT count(*)::int FROM license_seats s WHERE s.license_id = l.id AND s.status <> 'ENDED') AS live
       FROM licenses l WHERE id = $1`,
      [id],
    );
    return [row!.said, row!.live];
  }

  sql<Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    return sql<Row>(this.app.database, text, values);
  }
}
