import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { LockOwnCourse, type OwnCourse } from '../catalogue/own-course.js';
import type { EditPartDto, NewPartDto } from './curriculum.dto.js';
import { KeepLectures } from './keep-lectures.js';
import { moved } from './positions.js';

/** Adds, changes, moves and removes the modules of a course. The course's lock keeps positions 1, 2, 3 … under concurrency. */
@Injectable()
export class EditModules {
  constructor(
    private readonly database: Database,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly keepLectures: KeepLectures,
  ) {}

  @Transactional()
  async add(courseId: string, { title }: NewPartDto, principal: Principal): Promise<void> {
    await this.lockOwnCourse.execute(courseId, principal);
    const last = await this.database.client.courseModule.count({ where: { courseId } });
    await this.database.client.courseModule.create({
      data: { id: newId('module'), courseId, title, position: last + 1 },
    });
  }

  @Transactional()
  async edit(
    courseId: string,
    moduleId: string,
    { title, position }: EditPartDto,
    principal: Principal,
  ): Promise<void> {
    const { ids } = await this.lock(courseId, moduleId, principal);
    if (title !== undefined)
      await this.database.client.courseModule.update({ where: { id: moduleId }, data: { title } });
    if (position !== undefined) await this.number(moved(ids, moduleId, position));
  }

  @Transactional()
  async remove(courseId: string, moduleId: string, principal: Principal): Promise<void> {
    const { course, ids } = await this.lock(courseId, moduleId, principal);
    await this.database.client.courseModule.delete({ where: { id: moduleId } });
    await this.keepLectures.execute(course);
    await this.number(ids.filter((id) => id !== moduleId));
  }

  /** The course, locked, and the ids of its modules in order. */
  private async lock(
    courseId: string,
    moduleId: string,
    principal: Principal,
  ): Promise<{ course: OwnCourse; ids: string[] }> {
    const course = await this.lockOwnCourse.execute(courseId, principal);
    const modules = await this.database.client.courseModule.findMany({
      where: { courseId },
      orderBy: { position: 'asc' },
      select: { id: true },
    });
    const ids = modules.map((module) => module.id);
    if (!ids.includes(moduleId)) throw notFound('Module');
    return { course, ids };
  }

  private async number(ids: string[]): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE course_modules SET position = place.position
      FROM unnest(${ids}::text[]) WITH ORDINALITY AS place(id, position) WHERE course_modules.id = place.id`);
  }
}
