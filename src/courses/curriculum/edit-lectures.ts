import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { LockOwnCourse, type OwnCourse } from '../catalogue/own-course.js';
import { SetQuiz } from '../quizzes/set-quiz.js';
import type { EditLectureDto, NewLectureDto } from './curriculum.dto.js';
import { KeepLectures } from './keep-lectures.js';
import { moved } from './positions.js';

interface LecturePath {
  courseId: string;
  moduleId: string;
  lectureId: string;
}

/** Adds, changes, moves and removes the lectures of a module. The course's lock keeps positions 1, 2, 3 … under concurrency. */
@Injectable()
export class EditLectures {
  constructor(
    private readonly database: Database,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly keepLectures: KeepLectures,
    private readonly setQuiz: SetQuiz,
  ) {}

  @Transactional()
  async add(
    { courseId, moduleId }: Omit<LecturePath, 'lectureId'>,
    { title, ...quiz }: NewLectureDto,
    principal: Principal,
  ): Promise<void> {
    const { course, ids } = await this.lock(courseId, moduleId, principal);
    this.setQuiz.check(course, quiz);
    const { kind, passMark, questions } = quiz;
    const id = newId('lecture');
    await this.database.client.lecture.create({
      data: { id, moduleId, title, position: ids.length + 1, kind, passMark },
    });
    if (questions) await this.setQuiz.replaceQuestions(id, questions);
  }

  @Transactional()
  async edit(
    { courseId, moduleId, lectureId }: LecturePath,
    { title, position, isPreview, ...quiz }: EditLectureDto,
    principal: Principal,
  ): Promise<void> {
    const { course, ids } = await this.lock(courseId, moduleId, principal, lectureId);
    await this.setQuiz.change(course, lectureId, quiz);
    await this.database.client.lecture.update({ where: { id: lectureId }, data: { title, isPreview } });
    if (position !== undefined) await this.number(moved(ids, lectureId, position));
  }

  @Transactional()
  async remove({ courseId, moduleId, lectureId }: LecturePath, principal: Principal): Promise<void> {
    const { course, ids } = await this.lock(courseId, moduleId, principal, lectureId);
    await this.database.client.lecture.delete({ where: { id: lectureId } });
    await this.keepLectures.execute(course);
    await this.number(ids.filter((id) => id !== lectureId));
  }

  /** The course, locked, and the ids of the module's lectures in order. */
  private async lock(
    courseId: string,
    moduleId: string,
    principal: Principal,
    lectureId?: string,
  ): Promise<{ course: OwnCourse; ids: string[] }> {
    const course = await this.lockOwnCourse.execute(courseId, principal);
    const module = await this.database.client.courseModule.findFirst({
      where: { id: moduleId, courseId },
      select: { lectures: { orderBy: { position: 'asc' }, select: { id: true } } },
    });
    if (!module) throw notFound('Module');
    const ids = module.lectures.map((lecture) => lecture.id);
    if (lectureId !== undefined && !ids.includes(lectureId)) throw notFound('Lecture');
    return { course, ids };
  }

  private async number(ids: string[]): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE lectures SET position = place.position
      FROM unnest(${ids}::text[]) WITH ORDINALITY AS place(id, position) WHERE lectures.id = place.id`);
  }
}
