import { BundleKind } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  IdOf,
  IdsOf,
  ListOf,
  Moment,
  Nested,
  PageQuery,
  Text,
  WebAddress,
} from '../../platform/http/index.js';

export const MOST_COURSES = 50;

class OtherBundlePriceDto {
  @Currency({ description: 'One of the offered currencies, not the default one, once in a list' })
  currency: string;

  @Amount({ description: 'Price in minor units of this currency, above 0', min: 1 })
  amount: number;
}

/** A bundle as it shall be: what PUT does not mention is as POST would have it. */
export class WriteBundleDto {
  @Choice(BundleKind, {
    description: '`LEARNING_PATH` is to be taken in its order; `BUNDLE` unless told',
    optional: true,
  })
  kind?: BundleKind;

  @Text({ description: 'Title' })
  title: string;

  @Text({ description: 'What is in it, and why', optional: true, min: 0, max: 20_000 })
  description?: string;

  @IdsOf('course', {
    description:
      'Its courses, in order, each once: published, premium, needing no invitation; your own unless you are an admin',
    min: 2,
    max: MOST_COURSES,
  })
  courseIds: string[];

  @Amount({ description: 'Default price of all of it, in minor units of `currency`', min: 1 })
  price: number;

  @Currency({ description: 'Currency of the default price' })
  currency: string;

  @ListOf(() => OtherBundlePriceDto, {
    description: 'Prices in other currencies, one each. None unless given',
    optional: true,
    max: 200,
  })
  prices?: OtherBundlePriceDto[];
}

export class BundleListQuery extends PageQuery {
  @Choice(BundleKind, { description: 'Only this kind', optional: true })
  kind?: BundleKind;
}

class BundleCourseDto {
  @IdOf('course', { description: 'Id' })
  id: string;

  @Text({ description: 'Title' })
  title: string;

  @WebAddress({ description: 'Picture', nullable: true })
  thumbnail: string | null;

  @Amount({ description: 'Its own default price, minor units' })
  price: number;

  @Currency({ description: 'Currency of that' })
  currency: string;
}

class BundlePriceDto {
  @Currency({ description: 'Currency' })
  currency: string;

  @Amount({ description: 'Price of all of it in minor units of this currency' })
  amount: number;
}

class BundleOwnerDto {
  @IdOf('user', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;
}

export class BundleDto {
  @IdOf('bundle', { description: 'Id' })
  id: string;

  @Choice(BundleKind, { description: '`LEARNING_PATH` is to be taken in its order' })
  kind: BundleKind;

  @Text({ description: 'Title' })
  title: string;

  @Text({ description: 'What is in it, and why', min: 0, max: 20_000 })
  description: string;

  @Nested(() => BundleOwnerDto, { description: 'Who has made it' })
  owner: BundleOwnerDto;

  @ListOf(() => BundleCourseDto, { description: 'Its courses, in order' })
  courses: BundleCourseDto[];

  @Amount({ description: 'Default price of all of it; who has some of its courses pays for the others only' })
  price: number;

  @Currency({ description: 'Currency of the default price' })
  currency: string;

  @ListOf(() => BundlePriceDto, { description: 'All prices: the default one first, then the others by currency' })
  prices: BundlePriceDto[];

  @Moment({ description: 'Not sold any more since', nullable: true })
  archivedAt: Date | null;

  @Moment({ description: 'Created' })
  createdAt: Date;
}
