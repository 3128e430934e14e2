import { Amount, Currency, Flag, IdOf, Moment, Nested, PageQuery, Text, Whole } from '../../platform/http/index.js';

/** As for the price of a seat: leaves room for any tax below what a JSON number holds exactly. */
const MAX_PRICE = 1_000_000_000_000;
const MAX_SESSIONS = 1000;

const words = {
  sessionCount: 'How many seats it holds',
  price: 'Of the whole package, minor units; without tax unless prices hold it',
  active: 'Whether it is on sale',
};

export class PackagesQuery extends PageQuery {
  @Text({ description: 'Only with this text in the name, in any case', optional: true })
  search?: string;

  @IdOf('class', { description: 'Only for this class', optional: true })
  classId?: string;

  @IdOf('center', { description: 'Only for classes of this center', optional: true })
  centerId?: string;

  @Flag({ description: 'Only those on sale, or only those that are not', optional: true, query: true })
  isActive?: boolean;
}

export class CreatePackageDto {
  @IdOf('class', { description: 'The class whose sessions it pays for' })
  classId: string;

  @Text({ description: 'Name' })
  name: string;

  @Whole({ description: words.sessionCount, min: 1, max: MAX_SESSIONS })
  sessionCount: number;

  @Amount({ description: `${words.price}; in the class's currency`, min: 1, max: MAX_PRICE })
  price: number;
}

export class EditPackageDto {
  @Text({ description: 'Name', optional: true })
  name?: string;

  @Whole({ description: words.sessionCount, optional: true, min: 1, max: MAX_SESSIONS })
  sessionCount?: number;

  @Amount({ description: words.price, optional: true, min: 1, max: MAX_PRICE })
  price?: number;

  @Flag({ description: words.active, optional: true })
  isActive?: boolean;
}

export class PackageDto {
  @IdOf('classPackage', { description: 'Id' })
  id: string;

  @IdOf('class', { description: 'The class whose sessions it pays for' })
  classId: string;

  @Text({ description: "The class's name" })
  className: string;

  @Text({ description: 'Name' })
  name: string;

  @Whole({ description: words.sessionCount })
  sessionCount: number;

  @Amount({ description: words.price })
  price: number;

  @Amount({ description: "The tax in `total`, minor units: by the law of the class's branch, as of now" })
  tax: number;

  @Amount({
    description:
      'What a student pays for it now, tax and all, without a coupon; minor units. Some providers round it to whole units',
  })
  total: number;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Flag({ description: words.active })
  isActive: boolean;

  @Moment({ description: 'Created' })
  createdAt: Date;

  @Moment({ description: 'Last changed' })
  updatedAt: Date;
}

export class RemovedPackageDto {
  @Flag({ description: 'False when it has been bought, or is just being bought: then it is taken off sale instead' })
  deleted: boolean;

  @Text({ description: 'What was done, in words' })
  message: string;

  @Nested(() => PackageDto, { description: 'The package as it was deleted, or as it stands now' })
  package: PackageDto;
}
