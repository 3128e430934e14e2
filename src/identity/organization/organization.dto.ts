import { IdOf, Moment, PageQuery, Text, TimeZone } from '../../platform/http/index.js';
import { Country, Region, TimeOfDay } from './fields.js';

export class CentersQuery extends PageQuery {
  @Text({ description: 'Only those with this text in the name, in any case', optional: true })
  search?: string;
}

export class CreateCenterDto {
  @Text({ description: 'Name' })
  name: string;
}

export class EditCenterDto {
  @Text({ description: 'Name', optional: true })
  name?: string;
}

export class CenterDto {
  @IdOf('center', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;

  @Moment({ description: 'Created' })
  createdAt: Date;

  @Moment({ description: 'Last changed' })
  updatedAt: Date;
}

export class BranchesQuery extends CentersQuery {
  @IdOf('center', { description: 'Only branches of this center', optional: true })
  centerId?: string;
}

const night = {
  start:
    'Start of the hours in which the clock of cancellation windows stands still, local time; comes with `nightEnd`',
  end: 'End of those hours, on the next day when it is before their start; they are at most 16 hours',
};

export class CreateBranchDto {
  @IdOf('center', { description: 'The center that it belongs to' })
  centerId: string;

  @Text({ description: 'Name' })
  name: string;

  @Text({ description: 'Where it is, as a person would find it', optional: true, min: 0, max: 500 })
  address?: string;

  @Country({ description: 'Country, ISO 3166-1 alpha-2 in any case (`UK` is `GB`): decides the tax on seats' })
  country: string;

  @Region({ description: 'State or province, where the tax is its own' })
  region?: string | null;

  @TimeZone({ description: 'IANA time zone in which its classes recur' })
  timeZone: string;

  @TimeOfDay({ description: night.start })
  nightStart?: string | null;

  @TimeOfDay({ description: night.end })
  nightEnd?: string | null;
}

export class EditBranchDto {
  @IdOf('center', { description: 'The center that it belongs to', optional: true })
  centerId?: string;

  @Text({ description: 'Name', optional: true })
  name?: string;

  @Text({ description: 'Where it is, as a person would find it', optional: true, min: 0, max: 500 })
  address?: string;

  @Country({ description: 'Country, ISO 3166-1 alpha-2 in any case (`UK` is `GB`)', optional: true })
  country?: string;

  @Region({ description: 'State or province; null for none' })
  region?: string | null;

  @TimeZone({ description: 'IANA time zone in which its classes recur', optional: true })
  timeZone?: string;

  @TimeOfDay({ description: `${night.start}; null for none` })
  nightStart?: string | null;

  @TimeOfDay({ description: `${night.end}; null for none` })
  nightEnd?: string | null;
}

export class BranchDto {
  @IdOf('branch', { description: 'Id' })
  id: string;

  @IdOf('center', { description: 'The center that it belongs to' })
  centerId: string;

  @Text({ description: 'Name' })
  name: string;

  @Text({ description: 'Where it is', min: 0, max: 500 })
  address: string;

  @Text({ description: 'Country, ISO 3166-1 alpha-2', example: 'KE' })
  country: string;

  @Text({ description: 'State or province', nullable: true, example: 'QC' })
  region: string | null;

  @TimeZone({ description: 'IANA time zone' })
  timeZone: string;

  @Text({ description: night.start, nullable: true, example: '22:00' })
  nightStart: string | null;

  @Text({ description: night.end, nullable: true, example: '07:00' })
  nightEnd: string | null;

  @Moment({ description: 'Created' })
  createdAt: Date;

  @Moment({ description: 'Last changed' })
  updatedAt: Date;
}

export class BranchStaffDto {
  @IdOf('branch', { description: 'Branch' })
  branchId: string;

  @IdOf('user', { description: 'Who works there' })
  userId: string;

  @Moment({ description: 'Since when' })
  createdAt: Date;
}
