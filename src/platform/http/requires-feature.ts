import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { FEATURE } from '../auth/index.js';
import { Problems } from '../errors/index.js';
import { refusing } from './refusals.js';

/** The route is for those who have this feature, by their plan or otherwise; beside its `Endpoint`, above or below. */
export function RequiresFeature(feature: string): MethodDecorator {
  return applyDecorators(
    SetMetadata(FEATURE, feature),
    ApiExtension('x-feature', feature),
    refusing([Problems.featureRequired]),
  );
}
