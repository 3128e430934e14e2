import { LicenseStatus } from '../../platform/database/index.js';
import { Choice, Flag, IdOf, ListOf, Moment, Nested, Secret, Text, Whole } from '../../platform/http/index.js';
import { REASONS, type Reason } from './standing.js';

const MOST_OF_A_KEY = 4000;

export class PublishedKeyDto {
  @Text({ description: '`OKP`' })
  kty: string;

  @Text({ description: '`Ed25519`' })
  crv: string;

  @Text({ description: 'The key, in base64url' })
  x: string;

  @Text({ description: '`EdDSA`' })
  alg: string;

  @Text({ description: '`sig`' })
  use: string;

  @Text({ description: 'By which what is signed names the key: its thumbprint (RFC 7638)' })
  kid: string;
}

export class PublishedKeysDto {
  @ListOf(() => PublishedKeyDto, { description: 'Newest first: it signs, the others prove what they have signed' })
  keys: PublishedKeyDto[];
}

export class ValidateQuery {
  @Secret({ description: 'The key of a licence', max: MOST_OF_A_KEY })
  key: string;

  @Text({
    description: 'Where it is used, such as `learn.acme.example`. Left out for a licence that is bound to no domain',
    optional: true,
    max: 300,
  })
  domain?: string;
}

export class LicensedDto {
  @IdOf('organization', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;
}

export class ValidatedLicenseDto {
  @IdOf('license', { description: 'Id' })
  id: string;

  @Nested(() => LicensedDto, { description: 'Whose it is' })
  organization: LicensedDto;

  @Text({ description: 'Tier, such as `BUSINESS`' })
  tier: string;

  @Text({ description: 'What the tier allows', isArray: true })
  features: string[];

  @Whole({ description: 'Seats' })
  seats: number;

  @Choice(LicenseStatus, { description: 'As it stands now' })
  status: LicenseStatus;

  @Moment({ description: 'Until when it is paid for; null when it is not', nullable: true })
  expiresAt: Date | null;
}

export class ValidationDto {
  @Flag({ description: 'The reason is `OK`' })
  valid: boolean;

  @Choice(REASONS, {
    description:
      '`OK`. Of the key: `MALFORMED` is no key, `BAD_SIGNATURE` not signed here, `UNKNOWN` of no licence. Of where it is used: `WRONG_DOMAIN`. ' +
      'Of the licence: `NOT_PAID`, `NOT_ACTIVATED`, `SUSPENDED`, `EXPIRED`, `REVOKED`',
  })
  reason: Reason;

  @Nested(() => ValidatedLicenseDto, { description: 'Null for who does not hold it on its own domain', nullable: true })
  license: ValidatedLicenseDto | null;

  @Text({
    description:
      'Proves the reason offline, for 7 days, to whoever has the public keys; whatever the reason, so that a revocation arrives. Null when ' +
      '`license` is',
    nullable: true,
    max: MOST_OF_A_KEY,
  })
  file: string | null;
}

export class ActivateDto {
  @Secret({ description: 'The key of a licence', max: MOST_OF_A_KEY })
  key: string;

  @Text({
    description: 'Where it is to be used, such as `learn.acme.example`; without it the licence is bound to no domain',
    optional: true,
    max: 300,
  })
  domain?: string;
}

export class ActivationDto {
  @IdOf('license', { description: 'Id' })
  licenseId: string;

  @Choice(LicenseStatus, { description: 'As it stands now' })
  status: LicenseStatus;

  @Moment({ description: 'When it was activated first' })
  activatedAt: Date;

  @Moment({ description: 'Until when it is paid for' })
  expiresAt: Date;

  @Text({ description: 'The domains that it is activated on, oldest first', isArray: true })
  domains: string[];

  @Whole({ description: 'On so many at once' })
  mostDomains: number;
}
