import { CourseAdmission, CourseLevel, CourseStatus, LectureKind } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Decimal,
  Flag,
  IdOf,
  ListOf,
  Moment,
  Nested,
  Text,
  WebAddress,
  Whole,
} from '../../platform/http/index.js';

/** A price in a currency other than the default one. */
class OtherPriceDto {
  @Currency({ description: 'One of the offered currencies, not the default one, once in a list' })
  currency: string;

  @Amount({ description: 'Price in minor units of this currency, above 0', min: 1 })
  amount: number;
}

/** Fields that POST and PUT set and PATCH may. */
class CourseContent {
  @Text({ description: 'Title' })
  title: string;

  @Text({ description: 'What it teaches, in full', max: 20_000 })
  description: string;

  @Text({ description: 'One or two sentences for lists', optional: true, max: 500, min: 0 })
  shortDescription?: string;

  @WebAddress({ description: 'Address of a picture', optional: true, nullable: true })
  thumbnail?: string | null;

  @Choice(CourseLevel, { description: 'Level; any case, "All levels" is `ALL_LEVELS`', optional: true })
  level?: CourseLevel;

  @Text({ description: 'Category, such as `programming`', max: 60 })
  category: string;

  @Whole({ description: 'Length in minutes', optional: true, max: 100_000 })
  duration?: number;

  @Flag({ description: 'Whether it must be paid for' })
  isPremium: boolean;

  @Amount({ description: 'Default price in minor units of `currency`; above 0 exactly when `isPremium`' })
  price: number;

  @Currency({ description: 'Currency of the default price' })
  currency: string;

  @ListOf(() => OtherPriceDto, {
    description: 'Prices in other currencies, one each; none for a free course. None unless given',
    optional: true,
    max: 200,
  })
  prices?: OtherPriceDto[];

  @Choice(CourseAdmission, { description: 'Who may have a place: anybody, or who was invited', optional: true })
  admission?: CourseAdmission;

  @Whole({
    description: 'How many may have a place at once; null for any number',
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000_000,
  })
  capacity?: number | null;
}

export class CreateCourseDto extends CourseContent {
  @IdOf('user', { description: 'Whose course it is; only an admin may name somebody else', optional: true })
  instructorId?: string;
}

export class ReplaceCourseDto extends CourseContent {}

export class EditCourseDto {
  @Text({ description: 'Title', optional: true })
  title?: string;

  @Text({ description: 'What it teaches, in full', optional: true, max: 20_000 })
  description?: string;

  @Text({ description: 'One or two sentences for lists', optional: true, max: 500, min: 0 })
  shortDescription?: string;

  @WebAddress({ description: 'Address of a picture', optional: true, nullable: true })
  thumbnail?: string | null;

  @Choice(CourseLevel, { description: 'Level', optional: true })
  level?: CourseLevel;

  @Text({ description: 'Category', optional: true, max: 60 })
  category?: string;

  @Whole({ description: 'Length in minutes', optional: true, max: 100_000 })
  duration?: number;

  @Flag({ description: 'Whether it must be paid for', optional: true })
  isPremium?: boolean;

  @Amount({ description: 'Default price in minor units', optional: true })
  price?: number;

  @Currency({ description: 'Currency of the default price', optional: true })
  currency?: string;

  @ListOf(() => OtherPriceDto, {
    description:
      'Replaces the prices in other currencies. They stay unless given; a course that becomes free loses them',
    optional: true,
    max: 200,
  })
  prices?: OtherPriceDto[];

  @Choice(CourseAdmission, { description: 'Who may have a place: anybody, or who was invited', optional: true })
  admission?: CourseAdmission;

  @Whole({
    description: 'How many may have a place at once; null for any number',
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000_000,
  })
  capacity?: number | null;
}

class InstructorDto {
  @IdOf('user', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;

  @WebAddress({ description: 'Picture', nullable: true })
  profilePicture: string | null;
}

export class LectureDto {
  @IdOf('lecture', { description: 'Id' })
  id: string;

  @Text({ description: 'Title' })
  title: string;

  @Whole({ description: 'Place in its module, from 1' })
  position: number;

  @Choice(LectureKind, { description: 'Something to read or to watch, or a quiz' })
  kind: LectureKind;
  @Flag({ description: 'Whether anybody may see it before buying' })
  isPreview: boolean;

  @Flag({ description: 'Whether it has a file' })
  hasContent: boolean;

  @Text({ description: 'Media type of its file', nullable: true })
  mediaType: string | null;

  @Whole({ description: 'Bytes of its file', nullable: true })
  size: number | null;
}

class ModuleDto {
  @IdOf('module', { description: 'Id' })
  id: string;

  @Text({ description: 'Title' })
  title: string;

  @Whole({ description: 'Place in the course, from 1' })
  position: number;

  @ListOf(() => LectureDto, { description: 'Its lectures, in order' })
  lectures: LectureDto[];
}

/** A price of a course in one currency. */
class PriceDto {
  @Currency({ description: 'Currency' })
  currency: string;

  @Amount({ description: 'Price in minor units of this currency; 0 when free' })
  amount: number;
}

class RatingDto {
  @Decimal({ description: 'Average of its reviews, 1 to 5, to hundredths; null without any', nullable: true })
  average: number | null;

  @Whole({ description: 'How many have reviewed it' })
  count: number;
}

/** A course as lists show it. */
export class CourseSummaryDto {
  @IdOf('course', { description: 'Id' })
  id: string;

  @Text({ description: 'Title' })
  title: string;

  @Text({ description: 'One or two sentences', min: 0, max: 500 })
  shortDescription: string;

  @WebAddress({ description: 'Picture', nullable: true })
  thumbnail: string | null;

  @Choice(CourseLevel, { description: 'Level' })
  level: CourseLevel;

  @Text({ description: 'Category' })
  category: string;

  @Whole({ description: 'Length in minutes' })
  duration: number;

  @Flag({ description: 'Whether it must be paid for' })
  isPremium: boolean;

  @Amount({ description: 'Default price in minor units; 0 when free' })
  price: number;

  @Currency({ description: 'Currency of the default price' })
  currency: string;

  @ListOf(() => PriceDto, { description: 'All prices: the default one first, then the others by currency' })
  prices: PriceDto[];

  @Choice(CourseStatus, { description: 'Only `PUBLISHED` courses are listed publicly' })
  status: CourseStatus;

  @Whole({ description: 'How many have enrolled; at most seconds old' })
  enrollmentCount: number;

  @Nested(() => RatingDto, { description: 'What its students think of it' })
  rating: RatingDto;

  @Nested(() => InstructorDto, { description: 'Who teaches it' })
  instructor: InstructorDto;

  @Moment({ description: 'First published', nullable: true })
  publishedAt: Date | null;

  @Moment({ description: 'Created' })
  createdAt: Date;
}

export class CourseDto extends CourseSummaryDto {
  @Text({ description: 'What it teaches, in full', max: 20_000 })
  description: string;

  @Choice(CourseAdmission, { description: 'Who may have a place: anybody, or who was invited' })
  admission: CourseAdmission;

  @Whole({ description: 'How many may have a place at once; null for any number', nullable: true })
  capacity: number | null;

  @ListOf(() => ModuleDto, { description: 'Its modules, in order' })
  modules: ModuleDto[];
}
