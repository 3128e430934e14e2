import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsString, Length, ValidateBy } from 'class-validator';

const isSelection = (value: unknown) =>
  value === 'ALL' || (Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== ''));

/** In a file of what is sold: the premium courses that come with it, `"ALL"` or their ids. */
export function CoursesIncluded(): PropertyDecorator {
  return ValidateBy(
    { name: 'selection', validator: { validate: isSelection } },
    { message: '$property must be "ALL" or a list of ids of courses' },
  );
}

/** In a file of what is sold: what it allows, by names of the operator's choice. */
export function FeaturesIncluded(): PropertyDecorator {
  return applyDecorators(IsArray(), ArrayMaxSize(200), IsString({ each: true }), Length(1, 60, { each: true }));
}
