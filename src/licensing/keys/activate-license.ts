import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, invalid } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { LicenseRow } from '../licenses/license-states.js';
import { MoveLicense } from '../licenses/move-license.js';
import { OwnLicense } from '../licenses/own-license.js';
import { LicensingProblems } from '../licensing.problems.js';
import { Tiers } from '../tiers/tiers.js';
import { domainName } from './domain-name.js';
import type { ActivateDto, ActivationDto } from './keys.dto.js';
import { LicenseKeys } from './license-keys.js';

/** Puts a licence that is paid for into use, and binds it to a domain. */
@Injectable()
export class ActivateLicense {
  constructor(
    private readonly database: Database,
    private readonly keys: LicenseKeys,
    private readonly own: OwnLicense,
    private readonly move: MoveLicense,
    private readonly tiers: Tiers,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * Again changes nothing. Contends on the licence's row, under which its domains are counted, and on the domain itself.
   *
   * @throws LicensingProblems.keyRefused, notNow, tooManyDomains, domainTaken; not found for another organization's licence
   */
  @Transactional()
  async execute({ key, domain }: ActivateDto, principal: Principal): Promise<ActivationDto> {
    const name = domain === undefined ? undefined : domainName(domain);
    if (domain !== undefined && name === undefined)
      throw invalid('domain', 'must be a domain without a port or a path, such as learn.acme.example');
    const license = await this.lock(await this.read(key), principal);
    const bound = name !== undefined && (await this.bind(license, name, principal));
    const at = license.activatedAt ?? this.clock.now();
    if (license.activatedAt === null) await this.move.execute(license, { activatedAt: at });
    if (bound || license.activatedAt === null)
      await this.audit.execute({
        ...{ actorId: principal.userId, action: 'license.activated', objectType: 'license', objectId: license.id },
        after: { domain: bound ? name : null },
      });
    return this.show(license, at);
  }

  private async read(key: string): Promise<string> {
    const read = await this.keys.read(key);
    if (read.flaw) throw new DomainError(LicensingProblems.keyRefused, `The key is refused: ${read.flaw}`);
    return read.licenseId;
  }

  private async lock(id: string, principal: Principal): Promise<LicenseRow & { expiresAt: Date }> {
    await this.own.find(id, principal);
    const license = await this.move.lock(id, 'activate');
    const { expiresAt } = license;
    if (expiresAt === null) throw new DomainError(LicensingProblems.notNow, 'The licence is not paid for');
    return { ...license, expiresAt };
  }

  /** @returns whether it was not bound to it before */
  private async bind({ id, tier }: LicenseRow, domain: string, { userId }: Principal): Promise<boolean> {
    const domains = await this.live(id);
    if (domains.includes(domain)) return false;
    if (domains.length >= this.tiers.get(tier).mostDomains) throw new DomainError(LicensingProblems.tooManyDomains);
    const { count } = await this.database.client.licenseDomain.createMany({
      data: {
        ...{ id: newId('licenseDomain'), licenseId: id, domain },
        ...{ activatedBy: userId, activatedAt: this.clock.now() },
      },
      // The index of live domains knows those of all licences.
      skipDuplicates: true,
    });
    if (count === 0) throw new DomainError(LicensingProblems.domainTaken);
    return true;
  }

  private async live(licenseId: string): Promise<string[]> {
    const where = { licenseId, removedAt: null };
    const rows = await this.database.client.licenseDomain.findMany({ where, orderBy: { id: 'asc' } });
    return rows.map(({ domain }) => domain);
  }

  private async show(license: LicenseRow & { expiresAt: Date }, activatedAt: Date): Promise<ActivationDto> {
    const { id, tier, expiresAt } = license;
    return {
      ...{ licenseId: id, status: 'ACTIVE', activatedAt, expiresAt },
      ...{ domains: await this.live(id), mostDomains: this.tiers.get(tier).mostDomains },
    };
  }
}
