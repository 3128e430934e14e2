import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, invalid, notFound } from '../../platform/errors/index.js';
import { Storage } from '../../platform/storage/index.js';
import { LockOwnCourse } from '../catalogue/own-course.js';
import type { UploadedContentDto } from './content.dto.js';
import { ContentProblems } from './content.problems.js';
import { IncomingFile } from './incoming-file.js';
import { checkMediaType, TELLING_BYTES } from './media-type.js';
import { StoredObjects } from './stored-objects.js';

const MEGABYTE = 1024 * 1024;

export interface LecturePath {
  readonly courseId: string;
  readonly moduleId: string;
  readonly lectureId: string;
}

export interface Upload {
  readonly fileName?: string;
  /** As the headers have them. */
  readonly contentType?: string;
  readonly contentLength?: string;
  readonly body: Readable;
}

interface Content {
  readonly storageKey: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly size: number;
  readonly checksum: string;
}

/**
 * Gives a lecture its file, or another one. The file goes to a place of its own, and the lecture refers to it when all of it is there: until
 * then, and if anything fails, it has what it had.
 */
@Injectable()
export class UploadContent {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly storage: Storage,
    private readonly objects: StoredObjects,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly clock: Clock,
  ) {}

  async execute(path: LecturePath, upload: Upload, principal: Principal): Promise<UploadedContentDto> {
    const title = await this.lecture(path, principal);
    const mediaType = this.mediaType(upload.contentType);
    const size = this.size(upload.contentLength);
    const file = new IncomingFile(upload.body, size);
    await checkMediaType(await file.head(TELLING_BYTES), mediaType);
    const storageKey = await this.objects.announce();
    await this.storage.put(storageKey, file.stream(), { size, mediaType });
    const { fileName = title.replaceAll(/[/\\]/g, '-') } = upload;
    const content: Content = { storageKey, fileName, mediaType, size, checksum: file.checksum };
    const uploadedAt = await this.refer(path, content, principal);
    return { fileName, mediaType, size, checksum: content.checksum, uploadedAt };
  }

  /** Contends on the course's row, which who edits or deletes the lecture locks as well. */
  @Transactional()
  private async lecture({ courseId, moduleId, lectureId }: LecturePath, principal: Principal): Promise<string> {
    await this.lockOwnCourse.execute(courseId, principal);
    const lecture = await this.database.client.lecture.findFirst({
      where: { id: lectureId, module: { id: moduleId, courseId } },
      select: { kind: true, title: true },
    });
    if (!lecture) throw notFound('Lecture');
    if (lecture.kind === 'QUIZ') throw new DomainError(ContentProblems.quiz);
    return lecture.title;
  }

  /** All is asked again: an upload may take hours. What the lecture had before, nothing refers to any more. */
  @Transactional()
  private async refer(path: LecturePath, content: Content, principal: Principal): Promise<Date> {
    await this.lecture(path, principal);
    if (!(await this.objects.stands(content.storageKey)))
      throw new DomainError(ContentProblems.incomplete, 'The upload took too long');
    const { lectureId } = path;
    const row = { ...content, uploadedAt: this.clock.now() };
    await this.database.client.lectureContent.upsert({
      where: { lectureId },
      create: { lectureId, ...row },
      update: row,
    });
    return row.uploadedAt;
  }

  private mediaType(contentType = ''): string {
    const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
    const taken = this.settings.CONTENT_TYPES;
    if (taken.includes(mediaType)) return mediaType;
    throw new DomainError(ContentProblems.typeNotTaken, `The Content-Type must be one of ${taken.join(', ')}`);
  }

  private size(contentLength: string | undefined): number {
    if (contentLength === undefined) throw new DomainError(ContentProblems.lengthRequired);
    const size = Number(contentLength);
    const { CONTENT_MAX_MEGABYTES: most } = this.settings;
    if (size > most * MEGABYTE)
      throw new DomainError(ContentProblems.tooLarge, `A file may have up to ${most} megabytes`);
    if (size === 0) throw invalid('header/Content-Length', 'The file is empty');
    return size;
  }
}
