import { Flag, Text } from '../../platform/http/index.js';
import type { IncludedCourses } from './plan-courses.js';

/** What anything that gives courses and features says of them, beside its id and its price. */
export class IncludedDto {
  @Text({ description: 'Name' })
  name: string;

  @Text({ description: 'What it is', max: 500 })
  description: string;

  @Text({ description: 'What it allows', isArray: true })
  features: string[];

  @Flag({ description: 'Every premium course is included' })
  allCourses: boolean;

  @Text({ description: 'The premium courses that are included, by id, when not all are', isArray: true })
  courses: string[];
}

interface Giving {
  readonly name: string;
  readonly description: string;
  readonly features: readonly string[];
  readonly courses: IncludedCourses;
}

export function toIncluded({ name, description, features, courses }: Giving): IncludedDto {
  const allCourses = courses === 'ALL';
  return { name, description, features: [...features], allCourses, courses: allCourses ? [] : [...courses] };
}
