import { Choice, Flag, ListOf, Text } from '../../platform/http/index.js';
import { CreateCourseDto } from '../catalogue/courses.dto.js';

export const MOST_MODULES = 200;
export const MOST_LECTURES = 200;

export class UploadLectureDto {
  @Text({ description: 'Title' })
  title: string;

  @Choice(['LESSON'], { description: 'A lesson; quizzes are added to the course when it is there', optional: true })
  kind?: 'LESSON';

  @Flag({ description: 'Whether anybody may see it; not unless told so', optional: true })
  isPreview?: boolean;
}

export class UploadModuleDto {
  @Text({ description: 'Title' })
  title: string;

  @ListOf(() => UploadLectureDto, { description: 'Its lectures, in order', optional: true, max: MOST_LECTURES })
  lectures?: UploadLectureDto[];
}

export class UploadCourseDto extends CreateCourseDto {
  @ListOf(() => UploadModuleDto, { description: 'Its modules, in order', optional: true, max: MOST_MODULES })
  modules?: UploadModuleDto[];

  @Flag({
    description: 'Whether it is on sale at once, for which it needs a lecture; a draft unless told so',
    optional: true,
  })
  publish?: boolean;
}
