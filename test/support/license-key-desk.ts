import type { BrandingDto } from '../../src/licensing/keys/branding.dto.js';
import { LicenseKeys } from '../../src/licensing/keys/license-keys.js';
import type { ActivationDto, ValidationDto } from '../../src/licensing/keys/keys.dto.js';
import { MoveLicense } from '../../src/licensing/licenses/move-license.js';
import type { OrganizationDto } from '../../src/licensing/organizations/organizations.dto.js';
import { Database, inTransaction } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { type Answer, startTestApp, type TestApp } from './app.js';
import { type Person, person, sql } from './people.js';
import { expectStatus } from './school.js';

const DAY_SECONDS = 86_400;

type Facts = Parameters<MoveLicense['execute']>[1];

/** A licence as a test knows it: its key, and who handles it. */
export interface Licensed {
  readonly id: string;
  readonly key: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly admin: Person;
}

export interface Refused {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

/** Licences, their keys, and where they are activated. */
export class LicenseKeyDesk {
  private number = 0;

  private constructor(
    readonly app: TestApp,
    /** Of the school. */
    readonly admin: Person,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<LicenseKeyDesk> {
    const app = await startTestApp({ ROLE: 'api', ...settings });
    return new LicenseKeyDesk(app, await person(app, 'ADMIN'));
  }

  /** A licence of a new organization, or of that of another licence; paid for, for a year, unless facts say otherwise. */
  async license(tier = 'BUSINESS', facts: Facts = {}, beside?: Licensed): Promise<Licensed> {
    const { organization, admin } = beside ?? (await this.organization());
    const id = newId('license');
    const { clock } = this.app;
    await sql(
      this.app.database,
      `INSERT INTO licenses (id, organization_id, tier, seats, created_by, created_at, updated_at) VALUES ($1, $2, $3, 5, $4, $5, $5)`,
      [id, organization.id, tier, this.admin.id, clock.now()],
    );
    await this.move(id, { expiresAt: clock.in(365 * DAY_SECONDS), ...facts });
    return { id, organization, admin, key: await this.keyOf(id) };
  }

  /** One that is activated on domains. */
  async activated(tier: string, ...domains: string[]): Promise<Licensed> {
    const license = await this.license(tier);
    for (const domain of domains) expectStatus(200, await this.activate(license, domain));
    return license;
  }

  private async organization(): Promise<Pick<Licensed, 'organization' | 'admin'>> {
    this.number += 1;
    const made = { name: `Acme ${this.number}`, country: 'KE' };
    const { body, status } = await this.app.post<OrganizationDto>('/enterprise/organizations', made, this.admin.token);
    if (status !== 201) throw new Error(`no organization: ${JSON.stringify(body)}`);
    const admin = await person(this.app);
    const path = `/enterprise/organizations/${body.id}/admins`;
    expectStatus(200, await this.app.post(path, { userId: admin.id }, this.admin.token));
    return { organization: { id: body.id, name: body.name }, admin };
  }

  async move(id: string, facts: Facts): Promise<void> {
    const move = this.app.app.get(MoveLicense);
    await inTransaction(async () => move.execute(await move.lock(id), facts));
  }

  async keyOf(id: string): Promise<string> {
    const row = await this.app.app.get(Database).client.license.findUniqueOrThrow({ where: { id } });
    return this.app.app.get(LicenseKeys).of(row);
  }

  async validate(key: string, domain?: string): Promise<ValidationDto> {
    const query = new URLSearchParams({ key, ...(domain !== undefined && { domain }) });
    return expectStatus(200, await this.app.get<ValidationDto>(`/enterprise/licenses/validate?${query.toString()}`));
  }

  activate(
    { key, admin }: Pick<Licensed, 'key' | 'admin'>,
    domain?: string,
    by: Person = admin,
  ): Promise<Answer<ActivationDto & Refused>> {
    return this.app.post('/enterprise/licenses/activate', { key, domain }, by.token);
  }

  leave({ id, admin }: Licensed, domain: string, by: Person = admin): Promise<Answer<Refused>> {
    const path = `/enterprise/licenses/${id}/domains/${encodeURIComponent(domain)}`;
    return this.app.request('DELETE', path, { token: by.token });
  }

  brand({ id, admin }: Licensed, looks: object, by: Person = admin): Promise<Answer<BrandingDto & Refused>> {
    return this.app.request('PUT', `/enterprise/licenses/${id}/branding`, { body: looks, token: by.token });
  }

  shown(domain: string): Promise<Answer<BrandingDto & Refused>> {
    return this.app.get(`/enterprise/branding?domain=${encodeURIComponent(domain)}`);
  }

  stores({ id }: Licensed): Promise<{ name: string | null; logo: string | null; colors: unknown }[]> {
    const looks = 'SELECT brand_name AS name, brand_logo AS logo, brand_colors AS colors FROM licenses WHERE id = $1';
    return sql(this.app.database, looks, [id]);
  }

  /** Its domains as they are stored, and since when it is activated. */
  async stored({ id }: Licensed): Promise<{ domains: string[]; activated: boolean }> {
    const [row] = await sql<{ domains: string[]; activated: boolean }>(
      this.app.database,
      `SELECT activated_at IS NOT NULL AS activated,
              array(SELECT domain FROM license_domains WHERE license_id = l.id AND removed_at IS NULL ORDER BY domain) AS domains
       FROM licenses l WHERE id = $1`,
      [id],
    );
    return row!;
  }

  /** What was recorded of a licence, oldest first. */
  async audited({ id }: Licensed): Promise<{ action: string; actor: string; before: unknown; after: unknown }[]> {
    return sql(
      this.app.database,
      `SELECT action, actor_id AS actor, before, after FROM audit_records WHERE object_id = $1 ORDER BY id`,
      [id],
    );
  }
}
