import { Flag, Text, Whole } from '../../platform/http/index.js';

export class NewPartDto {
  @Text({ description: 'Title' })
  title: string;
}

export class EditPartDto {
  @Text({ description: 'New title', optional: true })
  title?: string;

  @Whole({
    description: 'New place among its siblings, from 1; beyond the last means last',
    optional: true,
    min: 1,
    max: 10_000,
  })
  position?: number;
}

export class EditLectureDto extends EditPartDto {
  @Flag({ description: 'Whether anybody may see it before buying', optional: true })
  isPreview?: boolean;
}
