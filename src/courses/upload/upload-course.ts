import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { CreateCourse } from '../catalogue/create-course.js';
import { PublishCourse } from '../catalogue/publish-course.js';
import type { UploadCourseDto, UploadModuleDto } from './upload.dto.js';

/** Creates a course with all that is in it, or nothing of it. Takes what `CheckUpload` has let through. */
@Injectable()
export class UploadCourse {
  constructor(
    private readonly database: Database,
    private readonly createCourse: CreateCourse,
    private readonly publishCourse: PublishCourse,
  ) {}

  /** @returns the course's id */
  @Transactional()
  async execute({ modules = [], publish, ...course }: UploadCourseDto, principal: Principal): Promise<string> {
    const id = await this.createCourse.execute(course, principal);
    if (modules.length > 0) await this.addCurriculum(id, modules);
    if (publish) await this.publishCourse.execute(id, principal);
    return id;
  }

  /** Thousands of rows are two statements. */
  private async addCurriculum(courseId: string, modules: readonly UploadModuleDto[]): Promise<void> {
    const ids = modules.map(() => newId('module'));
    await this.database.execute(Prisma.sql`
      INSERT INTO course_modules (id, course_id, title, position)
      SELECT m.id, ${courseId}, m.title, m.position
      FROM unnest(${ids}::text[], ${modules.map(({ title }) => title)}::text[]) WITH ORDINALITY AS m(id, title, position)`);
    const lectures = modules.flatMap(({ lectures: own = [] }, index) =>
      own.map(({ title, isPreview = false }, place) => ({
        id: newId('lecture'),
        moduleId: ids[index]!,
        title,
        isPreview,
        position: place + 1,
      })),
    );
    await this.database.execute(Prisma.sql`
      INSERT INTO lectures (id, module_id, title, position, is_preview)
      SELECT * FROM unnest(${lectures.map(({ id }) => id)}::text[], ${lectures.map(({ moduleId }) => moduleId)}::text[],
        ${lectures.map(({ title }) => title)}::text[], ${lectures.map(({ position }) => position)}::int[],
        ${lectures.map(({ isPreview }) => isPreview)}::boolean[])`);
  }
}
