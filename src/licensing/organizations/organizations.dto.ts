import { Country, PersonDto, Region } from '../../identity/index.js';
import { IdOf, ListOf, Moment, Text } from '../../platform/http/index.js';

export class CreateOrganizationDto {
  @Text({ description: 'Name' })
  name: string;

  @Country({ description: 'Where it is, ISO 3166-1 alpha-2 in any case (`UK` is `GB`): its licences are taxed there' })
  country: string;

  @Region({ description: 'State or province, where the tax is its own' })
  region?: string | null;
}

export class EditOrganizationDto {
  @Text({ description: 'Name', optional: true })
  name?: string;

  @Country({ description: 'Where it is: what it pays from now on is taxed there', optional: true })
  country?: string;

  @Region({ description: 'State or province; null for none' })
  region?: string | null;
}

export class AddOrganizationAdminDto {
  @IdOf('user', { description: 'Who shall handle its licences' })
  userId: string;
}

export class OrganizationDto {
  @IdOf('organization', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;

  @Text({ description: 'Where its licences are taxed, ISO 3166-1 alpha-2' })
  country: string;

  @Text({ description: 'State or province', nullable: true })
  region: string | null;

  @ListOf(() => PersonDto, { description: 'Who handles its licences' })
  admins: PersonDto[];

  @Moment({ description: 'Created' })
  createdAt: Date;

  @Moment({ description: 'Last changed' })
  updatedAt: Date;
}
